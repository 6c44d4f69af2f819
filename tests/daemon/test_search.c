/* tests/daemon/test_search.c — Searching as a client does: any form of a word,
 * with and without diacritics, narrowed, marked, page by page; and nothing
 * that does not stand. */
#include "daemon/indexing.h"
#include "daemon/project.h"
#include "daemon/store/search.h"
#include "tests/daemon/call.h"
#include "tests/daemon/spoil.h"

static const char *search(struct fixture *f, const char *text)
{
	return call_with(f, "record.search", "text", text);
}

static size_t count_of(const char *r)
{
	size_t count = 0;

	for (const char *p = r; (p = strstr(p, "'snippet':")); p++)
		count++;
	return count;
}

static void publish(struct fixture *f, const char *json, char id[100])
{
	call_get(call(f, "practice.publish", json), "id", id, 100);
}

TEST(a_record_is_found_by_any_form_of_its_words)
{
	static const char *const queries[] = {"usługa",
					      "usług",
					      "USŁUGAMI",
					      "uslugach",
					      "sąsiedzka",
					      "Mława",
					      "mlawie",
					      "mława",
					      "seniorzy",
					      "seniora",
					      "dla",
					      "klub sąsiedzki seniorów",
					      "sąsiedzkich usług w Mławie",
					      "senio*",
					      "2025/0042",
					      "2025",
					      "opiekę",
					      "spotkaniem"};
	static const char *const others[] = {"Kielce", "senatorzy", "klubowicz",
					     "uslu",   "opiekun*",  "2026"};
	struct fixture f;
	char id[100];

	call_found(&f);
	publish(&f,
		"{'title':'Usługi sąsiedzkie w Mławie','goal':'Opieka dla "
		"seniorów, klub i spotkania','text':'Uchwała 2025/0042'}",
		id);
	publish(&f, "{'title':'Coś innego','goal':'Ogrody'}", id);
	for (size_t i = 0; i < sizeof(queries) / sizeof(queries[0]); i++) {
		const char *r = search(&f, queries[i]);

		if (count_of(r) != 1)
			print_error("%s: %s\n", queries[i], r);
		CHECK(count_of(r) == 1 && has(r, "'pending':0"));
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		const char *r = search(&f, others[i]);

		if (count_of(r) != 0)
			print_error("%s: %s\n", others[i], r);
		CHECK(has(r, "'items':[]") && has(r, "'next':null"));
	}
	fixture_drop(&f);
}

/* The shape of a list's item, and the piece with the most words. */
TEST(words_are_marked_where_most_of_them_stand)
{
	struct fixture f;
	char id[100];
	const char *r;

	call_found(&f);
	publish(&f,
		"{'title':'Klub','text':'Pierwszy klub.\nW klubie seniora "
		"są\ttańce, a w ogrodzie warzywa.'}",
		id);
	r = search(&f, "senior kluby");
	CHECK(has(r, "'snippet':'W \x02klubie\x03 \x02seniora\x03 są tańce, a "
		     "w ogrodzie warzywa.'"));
	CHECK(has(r, "'title':'Klub'") && has(r, "'state':'ok'") &&
	      has(r, "'kind':'practice.publish'") && has(r, id));
	/* Beside the title, which is shown anyway. */
	r = search(&f, "klub");
	CHECK(has(r, "'snippet':'Pierwszy \x02klub\x03.'"));
	fixture_drop(&f);
}

static void say_long(char *json, size_t max, const char *fill)
{
	size_t len = (size_t)snprintf(json, max, "{'title':'Długi','text':'");

	for (int i = 0; i < 60; i++)
		len += (size_t)snprintf(json + len, max - len, "%s", fill);
	len += (size_t)snprintf(json + len, max - len, "Ogródek");
	for (int i = 0; i < 60; i++)
		len += (size_t)snprintf(json + len, max - len, "%s", fill);
	(void)snprintf(json + len, max - len, "'}");
}

TEST(a_snippet_of_a_long_line_is_short_and_whole_characters)
{
	struct fixture f;
	char json[2000];
	char id[100];
	const char *r;
	const char *p;

	call_found(&f);
	say_long(json, sizeof(json), " żółw");
	/* A word by itself, and one that runs on without a space. */
	p = strstr(json, "Ogródek");
	CHECK(p);
	memmove((char *)(uintptr_t)p + 1, p, strlen(p) + 1);
	*(char *)(uintptr_t)p = ' ';
	publish(&f, json, id);
	r = search(&f, "ogródki");
	p = strstr(r, "'snippet':'…");
	CHECK(p && has(p, "\x02Ogródek\x03") && strlen(p) < 260);
	say_long(json, sizeof(json), "żółw");
	publish(&f, json, id);
	r = search(&f, "żółwżółw*");
	CHECK(count_of(r) == 1);
	fixture_drop(&f);
}

TEST(kind_institution_and_year_narrow_a_search)
{
	struct fixture f, g;
	char id[100];
	const char *r;

	call_found(&f);
	fixture_open(&g);
	call_join(&f, &g, "'name':'MOPS Mława','no_passphrase':true");
	publish(&g, "{'title':'Klub w Mławie'}", id);
	fixture_carry(&g, &f);
	fixture_rest(&f);
	publish(&f, "{'title':'Klub CAL'}", id);
	CHECK(has(call(&f, "event.report",
		       "{'title':'Klub: otwarcie','kind':'otwarcie',"
		       "'date':'2019-05-04'}"),
		  "'id':"));
	r = call(&f, "record.search", "{'text':'klub','year':2019}");
	CHECK(count_of(r) == 1 && has(r, "'kind':'event.report'"));
	r = call(&f, "record.search",
		 "{'text':'klub','kind':'event','year':2019,'from':'CAL'}");
	CHECK(count_of(r) == 1);
	r = call(&f, "record.search",
		 "{'text':'klub','kind':'practice','year':2019}");
	CHECK(count_of(r) == 0);
	CHECK(count_of(search(&f, "kluby")) == 3);
	r = call(&f, "record.search", "{'text':'klub','from':'Nowy'}");
	CHECK(has(r, "Klub w Mławie"));
	CHECK(count_of(r) == 1);
	r = call(&f, "record.search",
		 "{'text':'klub','kind':'practice','from':'CAL'}");
	CHECK(count_of(r) == 1 && has(r, "Klub CAL"));
	r = call(&f, "record.search", "{'text':'klub','year':2026}");
	CHECK(count_of(r) == 2);
	r = call(&f, "record.search", "{'text':'klub','year':1990}");
	CHECK(count_of(r) == 0);
	r = call(&f, "record.search", "{'text':'klub','kind':'area'}");
	CHECK(count_of(r) == 0);
	CHECK(has(call(&f, "record.search", "{'text':'klub','kind':'zamek'}"),
		  "'code':'unknown_kind'"));
	CHECK(has(call(&f, "record.search", "{'text':'klub','from':'nikt'}"),
		  "'code':'not_found'"));
	/* Facets are no words. */
	CHECK(count_of(search(&f, "=y2026")) == 0);
	CHECK(count_of(search(&f, "k32")) == 0);
	fixture_drop(&g);
	fixture_drop(&f);
}

TEST(what_was_replaced_or_is_void_is_not_found)
{
	struct fixture f;
	struct wici_head head;
	char id[100], json[300];
	const char *r;

	call_found(&f);
	publish(&f, "{'title':'Klub','goal':'szachy'}", id);
	(void)snprintf(json, sizeof(json),
		       "{'id':'%s','body':{'goal':'warcaby'}}", id);
	(void)call(&f, "record.edit", json);
	CHECK(count_of(search(&f, "szachy")) == 0);
	r = search(&f, "klub");
	CHECK(count_of(r) == 1 && has(r, "'goal':'warcaby'"));
	/* A title and something that does not fit: void. */
	fixture_begin(&f);
	CHECK_OK(publish_append(
		f.n, &wici_kind_practice_publish,
		(struct wici_bytes){(const uint8_t *)"\x82\xa4goal\x01\xa5title"
						     "\xa6"
						     "niczyj",
				    20},
		&head));
	fixture_end(&f);
	fixture_rest(&f);
	CHECK(count_of(search(&f, "niczyj")) == 0);
	fixture_drop(&f);
}

TEST(pages_follow_each_other_newest_first)
{
	struct fixture f;
	char json[200], next[64] = "";
	int seen = 0;

	call_found(&f);
	for (int i = 0; i < 7; i++) {
		(void)snprintf(json, sizeof(json), "{'title':'Klub nr%d'}", i);
		(void)call(&f, "practice.publish", json);
	}
	for (int page = 0; page < 9; page++) {
		const char *r;

		(void)snprintf(
			json, sizeof(json), "{'text':'kluby','limit':3%s%s%s}",
			next[0] ? ",'after':'" : "", next, next[0] ? "'" : "");
		r = call(&f, "record.search", json);
		for (const char *p = r; (p = strstr(p, "'title':'Klub nr"));
		     p++, seen++)
			if (p > r && p[-1] == ',')
				CHECK(strstr(p, "nr") != NULL);
		if (has(r, "'next':null"))
			break;
		call_get(r, "next", next, sizeof(next));
	}
	CHECK(seen == 2 * 7); /* In the body, and beside it. */
	CHECK(has(call(&f, "record.search", "{'text':'klub','after':'x'}"),
		  "'field':'after'"));
	fixture_drop(&f);
}

/* Whatever is typed is words, or none; nothing breaks. */
TEST(hostile_queries_are_text)
{
	static const char *const words[] = {"\"klub\"",
					    "klub\"",
					    "\"klub",
					    "-klub",
					    "title:klub",
					    "klub NEAR",
					    "NEAR(klub, 5)",
					    "klub AND",
					    "OR klub",
					    "^klub",
					    "klub)",
					    "((klub",
					    "{title}: klub",
					    "klub + klub",
					    "k*lub",
					    "* klub",
					    "klub\xc2\xa0klub",
					    "~klub",
					    "=k32 klub",
					    "klub; DROP TABLE search",
					    "\\\"klub\\\"",
					    "klub**"};
	static const char *const none[] = {"*", "\"", "()", "-",
					   "…", "~",  "::", " . "};
	struct fixture f;
	char id[100];
	char *json;

	call_found(&f);
	publish(&f,
		"{'title':'Klub','text':'title near and or k32 k lub drop "
		"table search 5'}",
		id);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		const char *r = search(&f, words[i]);

		if (count_of(r) != 1)
			print_error("%s: %s\n", words[i], r);
		CHECK(count_of(r) == 1);
	}
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		CHECK(has(search(&f, none[i]), "'expected':'words'"));
	CHECK(has(search(&f, ""), "'code':'bad_field'"));
	CHECK(has(call(&f, "record.search", "{}"), "'expected':'required'"));
	json = calloc(1, 100 * 1024 + 64);
	CHECK(json);
	memcpy(json, "{'text':'", 9);
	for (size_t i = 0; i < 100 * 1024 / 5; i++)
		memcpy(json + 9 + 5 * i, "klub ", 5);
	memcpy(json + 9 + 100 * 1024, "'}", 2);
	CHECK(has(call(&f, "record.search", json), "'expected':'shorter'"));
	/* Short enough, but of too many words. */
	(void)snprintf(json, 9 + 1, "{'text':'");
	for (size_t i = 0; i < 40; i++)
		(void)snprintf(json + 9 + 4 * i, 6, "%03zu '", 100 + i);
	strcat(json, "}");
	CHECK(has(call(&f, "record.search", json), "'expected':'shorter'"));
	free(json);
	CHECK(f.fatals == 0);
	fixture_drop(&f);
}

/* Another stem, another index; and an index that somebody spoilt. */
TEST(an_index_of_another_version_or_damaged_is_made_anew)
{
	static const char *const spoils[] = {
		"UPDATE value SET value = 1 WHERE name = 'search version'",
		"UPDATE value SET value = 77777 WHERE name = 'search cursor'",
		"UPDATE value SET value = -1 WHERE name = 'search cursor'",
		"DELETE FROM search_data WHERE id > 10",
		"UPDATE search_data SET block = x'00' WHERE id > 10",
		("UPDATE search_data SET block = zeroblob(length(block))"
		 " WHERE id > 10"),
		"UPDATE search_data SET block = x'ff' WHERE id = 10",
		"DELETE FROM search_docsize",
	};
	struct fixture f;
	char id[100];

	call_found(&f);
	publish(&f, "{'title':'Klub seniora'}", id);
	for (size_t i = 0; i < sizeof(spoils) / sizeof(spoils[0]); i++) {
		node_close(f.n);
		f.n = NULL;
		spoil_sql(f.dir, spoils[i]);
		CHECK_OK(fixture_try_open(&f));
		(void)search(&f, "kluby");
		fixture_rest(&f);
		(void)call(&f, "practice.publish", "{'title':'Ogród'}");
		fixture_rest(&f);
		(void)call(&f, "fsck.run", "{}");
		for (int turn = 0; turn < 20; turn++)
			(void)call_wait(&f);
		fixture_rest(&f);
		if (count_of(search(&f, "kluby")) != 1)
			print_error("%s\n", spoils[i]);
		CHECK(count_of(search(&f, "kluby")) == 1);
		CHECK(f.fatals == 0);
	}
	fixture_drop(&f);
}

TEST(a_rebuild_finds_the_same)
{
	struct fixture f;
	char id[100];

	call_found(&f);
	publish(&f, "{'title':'Klub seniora'}", id);
	fixture_rest(&f);
	fixture_begin(&f);
	CHECK_OK(project_clear(f.n));
	fixture_end(&f);
	fixture_rest(&f);
	CHECK(indexing_is_done(f.n));
	CHECK(count_of(search(&f, "kluby")) == 1);
	fixture_reopen(&f);
	CHECK(indexing_is_done(f.n)); /* The cursor is remembered. */
	CHECK(count_of(search(&f, "kluby")) == 1);
	fixture_drop(&f);
}

/* As the alphabet has them, not as they came. */
TEST(institutions_are_listed_by_their_names)
{
	static const char *const names[] = {"Żary", "Łódź", "Lublin", "Zamość",
					    "łomża"};
	static const char *const order[] = {"Lublin", "łomża",
					    "Łódź",   "Stowarzyszenie CAL",
					    "Zamość", "Żary"};
	struct fixture f, g[5];
	const char *r;

	call_found(&f);
	for (size_t i = 0; i < 5; i++) {
		fixture_open(&g[i]);
		fixture_join(&f, &g[i], names[i]);
	}
	r = call(&f, "institution.list", "{}");
	for (size_t i = 0; i < 6; i++) {
		char name[64];

		(void)snprintf(name, sizeof(name), "'name':'%s'", order[i]);
		CHECK(has(r, name));
		r = strstr(r, name);
	}
	for (size_t i = 0; i < 5; i++)
		fixture_drop(&g[i]);
	fixture_drop(&f);
}

static bool file_has(struct fixture *f, const char *name, const char *what)
{
	char path[256];
	FILE *file;
	char *all;
	size_t len;
	bool is;

	fixture_path(f, name, path);
	file = fopen(path, "rb");
	if (!file)
		return false;
	all = malloc(1 << 24);
	CHECK(all);
	len = fread(all, 1, 1 << 24, file);
	is = memmem(all, len, what, strlen(what)) != NULL;
	CHECK(fclose(file) == 0);
	free(all);
	return is;
}

/* For an erasure: then no file of the store has the word as it is indexed. */
TEST(one_records_words_are_removed_without_a_trace)
{
	struct entry_row row;
	struct fixture f;
	char id[100];

	call_found(&f);
	publish(&f, "{'title':'Zażółcony Gęślarz'}", id);
	publish(&f, "{'title':'Gęś'}", id);
	CHECK(count_of(search(&f, "gęślarzami")) == 1);
	fixture_begin(&f);
	CHECK_OK(entry_get(f.n->store, f.n->last_n - 1, &row));
	CHECK_OK(indexing_remove(f.n, &row));
	CHECK_OK(entry_get(f.n->store, f.n->last_n - 1, &row));
	CHECK_OK(indexing_remove(f.n, &row)); /* Nothing is left to do. */
	fixture_end(&f);
	CHECK(count_of(search(&f, "gęślarzami")) == 0);
	CHECK(count_of(search(&f, "gęś")) == 1);
	fixture_begin(&f);
	for (bool is_done = false; !is_done;)
		CHECK_OK(search_purge(f.n->store, 1, &is_done));
	fixture_end(&f);
	node_close(f.n);
	f.n = NULL;
	CHECK(!file_has(&f, "wici.db", "geslar"));
	CHECK(!file_has(&f, "wici.db-wal", "geslar"));
	CHECK(file_has(&f, "wici.db", "ges"));
	CHECK_OK(fixture_try_open(&f));
	CHECK(count_of(search(&f, "gęś")) == 1);
	fixture_drop(&f);
}

TEST_MAIN(RUN(a_record_is_found_by_any_form_of_its_words),
	  RUN(words_are_marked_where_most_of_them_stand),
	  RUN(a_snippet_of_a_long_line_is_short_and_whole_characters),
	  RUN(kind_institution_and_year_narrow_a_search),
	  RUN(what_was_replaced_or_is_void_is_not_found),
	  RUN(pages_follow_each_other_newest_first),
	  RUN(hostile_queries_are_text),
	  RUN(an_index_of_another_version_or_damaged_is_made_anew),
	  RUN(a_rebuild_finds_the_same),
	  RUN(institutions_are_listed_by_their_names),
	  RUN(one_records_words_are_removed_without_a_trace))
