/* tests/proto/proofs.h — Proof files as tests make them: out of changes and
 * entries that are really signed, of a network with three root keys, an issuer,
 * a registrar, a holder and three witnesses. */
#ifndef WICI_TESTS_PROTO_PROOFS_H
#define WICI_TESTS_PROTO_PROOFS_H

#include "proto/day.h"
#include "proto/kinds.h"
#include "proto/proof.h"
#include "tests/proto/founded.h"

#define ISSUING 30 /* Issues for "osl"; its institution is 31. */
#define CLOSED  20 /* Did so before, up to seq 5. */
#define HOLDER  5
#define WITNESS 70 /* And 71, 72. */

#define DAY_MS  ((int64_t)86400000)
#define RECORDS 64
#define LEAVES  8

struct record {
	enum wici_bundle_type type;
	size_t len;
	uint8_t bytes[1536];
};

struct proof_file {
	struct net n;
	uint64_t version; /* The root's last word in it … */
	struct wici_id last;
	size_t count;
	struct record records[RECORDS];
};

/* What a beacon says, and under which root. */
struct said {
	uint64_t roster; /* 0: the file's own. */
	struct wici_id ids[LEAVES];
	uint8_t states[LEAVES / 4];
	int restored; /* An index; −1: none. */
};

static inline int32_t day(const char *text)
{
	int32_t d;

	CHECK_OK(wici_day_parse(&d, wici_bytes_str(text)));
	return d;
}

/* Noon of that day, or a little after. */
static inline int64_t noon(const char *text)
{
	return day(text) * DAY_MS + DAY_MS / 2;
}

static inline struct record *put(struct proof_file *f,
				 enum wici_bundle_type type,
				 const struct wici_mp_writer *w)
{
	struct record *r = &f->records[f->count++];
	struct wici_bytes b;

	CHECK(f->count <= RECORDS);
	CHECK_OK(wici_mp_written(w, &b));
	CHECK(b.len <= sizeof(r->bytes));
	r->type = type;
	r->len = b.len;
	memcpy(r->bytes, b.p, b.len);
	return r;
}

/* ---- the root's changes ---- */

/* keys: who approves, ascending; 0 ends them. */
static inline void put_change_by(struct proof_file *f, struct made *m,
				 const uint8_t *keys)
{
	uint8_t buf[1536];
	struct wici_mp_writer w;

	made_end(m, f->version ? &f->last : &f->n.id, f->version + 1);
	for (; *keys; keys++)
		made_approve(m, &f->n.id, *keys);
	wici_mp_writer_init(&w, buf, sizeof(buf));
	wici_statement_encode(&w, &m->s);
	put(f, WICI_BUNDLE_STATEMENT, &w);
	f->last = m->s.id;
	f->version++;
}

static inline void put_change(struct proof_file *f, struct made *m)
{
	put_change_by(f, m, (const uint8_t[]){101, 102, 0});
}

/* salt: of the network's id. */
static inline void founded(struct proof_file *f, uint8_t salt,
			   const struct wici_issuer *list, size_t count)
{
	struct wici_head registrar = head_of(REGISTRAR, 1);
	struct made m;

	memset(f, 0, sizeof(*f));
	f->n = net(3, 2);
	f->n.salt.b[0] = salt;
	CHECK_OK(wici_network_id(&f->n.id, &f->n.policy, WICI_BYTES("Sieć OSL"),
				 &f->n.salt));
	made_begin(&m, &f->n.id, 3);
	wici_op_found(&m.w, &f->n.policy, WICI_BYTES("Sieć OSL"), &f->n.salt);
	wici_op_registrar(&m.w, &registrar, NULL, 0);
	wici_op_issuers(&m.w, "2027-12-31", list, count);
	put_change(f, &m);
}

static inline void restate(struct proof_file *f, const struct wici_issuer *list,
			   size_t count)
{
	struct made m;

	made_begin(&m, &f->n.id, 1);
	wici_op_issuers(&m.w, "2027-12-31", list, count);
	put_change(f, &m);
}

static inline void name_witnesses(struct proof_file *f, uint64_t needed)
{
	struct wici_witness rows[3];
	struct made m;

	for (uint8_t i = 0; i < 3; i++)
		rows[i] = (struct wici_witness){
			pair((uint8_t)(WITNESS + i)).key,
			pair((uint8_t)(WITNESS + 10 + i)).key};
	made_begin(&m, &f->n.id, 1);
	wici_op_witnesses(&m.w, needed, rows, 3);
	put_change(f, &m);
}

static inline void revoke_by_root(struct proof_file *f,
				  const struct wici_id *id, const char *from)
{
	struct wici_revoked row = {*id, day(from)};
	struct made m;

	made_begin(&m, &f->n.id, 1);
	wici_op_revoke(&m.w, &row, 1);
	put_change(f, &m);
}

/* ---- entries ---- */

static inline struct wici_id put_signed(struct proof_file *f, uint8_t by,
					const struct wici_id *network,
					struct wici_entry *e)
{
	uint8_t buf[1536];
	struct wici_mp_writer w;
	struct pair p = pair(by);

	wici_entry_sign(e, network, &p.secret);
	wici_mp_writer_init(&w, buf, sizeof(buf));
	wici_proof_entry_write(&w, e);
	put(f, WICI_BUNDLE_ENTRY, &w);
	return wici_entry_id(&e->header, &e->sig);
}

static inline struct wici_id put_entry(struct proof_file *f, uint8_t feed,
				       uint64_t seq, uint16_t kind,
				       int64_t time_ms,
				       const struct wici_mp_writer *w)
{
	struct wici_entry e;
	struct wici_bytes b;

	CHECK_OK(wici_mp_written(w, &b));
	e = entry_of(feed, seq, kind, b);
	e.header.time_ms = time_ms;
	e.salt.b[0] = (uint8_t)seq;
	return put_signed(f, feed, &f->n.id, &e);
}

static inline void put_admission(struct proof_file *f, uint8_t feed,
				 uint64_t seq, uint8_t identity,
				 const char *name)
{
	struct wici_key key = pair(identity).key;
	uint8_t buf[256];
	struct wici_mp_writer w;

	wici_mp_writer_init(&w, buf, sizeof(buf));
	wici_mp_map(&w, 2);
	wici_mp_str(&w, "identity");
	wici_mp_bin(&w, key.b, sizeof(key.b));
	wici_mp_str(&w, "name");
	wici_mp_str(&w, name);
	put_entry(f, feed, seq, WICI_KIND_MEMBER_ADMIT, noon("2021-01-01"), &w);
}

struct granting {
	uint8_t feed;
	uint64_t seq;
	uint64_t index;
	const char *until; /* NULL: "2026". From 2022 on. */
	const struct wici_id *supersedes, *previous;
};

static inline void put_id(struct wici_mp_writer *w, const char *key,
			  const struct wici_id *id)
{
	if (!id)
		return;
	wici_mp_str(w, key);
	wici_mp_bin(w, id->b, sizeof(id->b));
}

static inline struct wici_id put_grant(struct proof_file *f,
				       const struct granting *g)
{
	struct wici_key holder = pair(HOLDER).key;
	uint8_t buf[512];
	struct wici_mp_writer w;

	wici_mp_writer_init(&w, buf, sizeof(buf));
	wici_mp_map(&w, 5u + !!g->previous + !!g->supersedes);
	wici_mp_str(&w, "holder");
	wici_mp_bin(&w, holder.b, sizeof(holder.b));
	wici_mp_str(&w, "index");
	wici_mp_uint(&w, g->index);
	put_id(&w, "previous", g->previous);
	wici_mp_str(&w, "scheme");
	wici_mp_str(&w, "osl");
	put_id(&w, "supersedes", g->supersedes);
	wici_mp_str(&w, "valid_from");
	wici_mp_str(&w, "2022");
	wici_mp_str(&w, "valid_until");
	wici_mp_str(&w, g->until ? g->until : "2026");
	return put_entry(f, g->feed, g->seq, WICI_KIND_CERTIFICATE_GRANT,
			 noon("2022-01-01"), &w);
}

static inline struct wici_id put_act(struct proof_file *f, uint16_t kind,
				     uint8_t feed, uint64_t seq,
				     const struct wici_id *certificate,
				     const char *effective)
{
	uint8_t buf[128];
	struct wici_mp_writer w;

	wici_mp_writer_init(&w, buf, sizeof(buf));
	wici_mp_map(&w, 2);
	put_id(&w, "certificate", certificate);
	wici_mp_str(&w, "effective");
	wici_mp_str(&w, effective);
	return put_entry(f, feed, seq, kind, noon("2024-06-14"), &w);
}

#define ACT(name)                                                              \
	static inline struct wici_id name(struct proof_file *f, uint64_t seq,  \
					  const struct wici_id *certificate,   \
					  const char *effective)
ACT(revoke)
{
	return put_act(f, WICI_KIND_CERTIFICATE_REVOKE, ISSUING, seq,
		       certificate, effective);
}
ACT(suspend)
{
	return put_act(f, WICI_KIND_CERTIFICATE_SUSPEND, ISSUING, seq,
		       certificate, effective);
}
ACT(reinstate)
{
	return put_act(f, WICI_KIND_CERTIFICATE_REINSTATE, ISSUING, seq,
		       certificate, effective);
}

static inline void says(struct said *s, uint64_t index,
			const struct wici_id *id,
			enum wici_certificate_state state)
{
	static const struct wici_id none;

	s->ids[index] = state == WICI_CERT_NONE ? none : *id;
	wici_beacon_set(s->states, index, state);
}

/* All others, which are not told about, stand too. */
static inline struct said said_of(uint64_t index, const struct wici_id *id,
				  enum wici_certificate_state state)
{
	struct said s = {.restored = -1};

	for (uint8_t i = 0; i < LEAVES; i++) {
		struct wici_id other = id_of((uint8_t)(i + 1));

		says(&s, i, &other, WICI_CERT_GRANTED);
	}
	says(&s, index, id, state);
	return s;
}

static inline void said_leaves(const struct said *s,
			       struct wici_id leaves[LEAVES])
{
	for (size_t i = 0; i < LEAVES; i++)
		leaves[i] = wici_merkle_leaf(
			(struct wici_bytes){s->ids[i].b, WICI_ID_LEN});
}

static inline struct wici_id put_beacon(struct proof_file *f, uint8_t feed,
					uint64_t seq, int64_t time_ms,
					const struct said *s)
{
	struct wici_id leaves[LEAVES], root;
	uint8_t buf[256];
	struct wici_mp_writer w;

	said_leaves(s, leaves);
	root = wici_merkle_root(leaves, LEAVES);
	wici_mp_writer_init(&w, buf, sizeof(buf));
	wici_mp_map(&w, s->restored >= 0 ? 5 : 4);
	put_id(&w, "grants", &root);
	if (s->restored >= 0) {
		wici_mp_str(&w, "restored");
		wici_mp_array(&w, 1);
		wici_mp_uint(&w, (uint64_t)s->restored);
	}
	wici_mp_str(&w, "roster");
	wici_mp_uint(&w, s->roster ? s->roster : f->version);
	wici_mp_str(&w, "scheme");
	wici_mp_str(&w, "osl");
	wici_mp_str(&w, "states");
	wici_mp_bin(&w, s->states, sizeof(s->states));
	return put_entry(f, feed, seq, WICI_KIND_BEACON, time_ms, &w);
}

/* head NULL: it names none of the issuing feed. Of the root's last change in
 * the file. */
static inline void put_witness(struct proof_file *f, uint8_t feed, uint64_t seq,
			       int64_t time_ms, const struct wici_head *head)
{
	uint8_t buf[512];
	struct wici_mp_writer w;
	struct wici_id root = id_of(9);

	wici_mp_writer_init(&w, buf, sizeof(buf));
	wici_mp_map(&w, head ? 5 : 4);
	if (head) {
		wici_mp_str(&w, "heads");
		wici_mp_array(&w, 1);
		wici_mp_map(&w, 3);
		wici_mp_str(&w, "feed");
		wici_mp_bin(&w, head->feed.b, WICI_KEY_LEN);
		put_id(&w, "id", &head->id);
		wici_mp_str(&w, "seq");
		wici_mp_uint(&w, head->seq);
	}
	wici_mp_str(&w, "heads_count");
	wici_mp_uint(&w, 3);
	put_id(&w, "heads_root", &root);
	wici_mp_str(&w, "roster");
	wici_mp_uint(&w, f->version);
	put_id(&w, "roster_id", &f->last);
	put_entry(f, feed, seq, WICI_KIND_WITNESS, time_ms, &w);
}

/* asked: the grant that is asked about; index: of the one that stands. */
static inline void put_about(struct proof_file *f, const struct wici_id *asked,
			     uint64_t index, const struct said *s)
{
	struct wici_id leaves[LEAVES], path[WICI_MERKLE_PATH_MAX];
	uint8_t buf[256];
	struct wici_mp_writer w;
	size_t n;

	said_leaves(s, leaves);
	n = wici_merkle_path(leaves, LEAVES, (size_t)index, path);
	wici_mp_writer_init(&w, buf, sizeof(buf));
	wici_proof_about_write(&w, asked, path, n);
	put(f, WICI_BUNDLE_PROOF, &w);
}

/* ---- judging ---- */

struct judging {
	struct wici_root_row rows[RECORDS];
	struct arrays arrays;
	struct wici_offline o;
	struct wici_proof_entry entries[WICI_PROOF_ENTRIES_MAX];
	struct wici_proof p;
	struct wici_act acts[WICI_PROOF_ENTRIES_MAX];
	struct wici_proof_answer a;
};

static inline struct wici_bytes bytes_of(const struct record *r)
{
	return (struct wici_bytes){r->bytes, r->len};
}

/* As client/proof.c reads a file; knowing is what the reader knows. */
static inline enum wici_err read_root(struct judging *j,
				      const struct proof_file *f,
				      const struct wici_id *knowing)
{
	struct wici_roster_space space = space_of(&j->arrays);
	enum wici_err err = WICI_OK;

	wici_offline_init(&j->o, knowing, j->rows, RECORDS);
	for (size_t i = 0; !err && i < f->count; i++)
		if (f->records[i].type == WICI_BUNDLE_STATEMENT)
			err = wici_offline_add(&j->o, bytes_of(&f->records[i]));
	return err ? err : wici_offline_fold(&j->o, &space);
}

static inline enum wici_err read_records(struct judging *j,
					 const struct proof_file *f,
					 const struct wici_id *knowing)
{
	enum wici_err err = read_root(j, f, knowing);

	wici_proof_init(&j->p, &j->o, j->entries);
	for (size_t i = 0; !err && i < f->count; i++)
		err = wici_proof_take(&j->p, f->records[i].type,
				      bytes_of(&f->records[i]));
	return err || j->p.has_grant ? err : WICI_REJECT_BUNDLE;
}

static inline enum wici_status judge_read(struct judging *j, const char *on,
					  int64_t now_ms)
{
	struct wici_proof_question q = {.on_day = day(on),
					.now_ms = now_ms,
					.age_ms = WICI_FRESH_AGE_MS};

	wici_proof_judge(&j->p, j->acts, &q, &j->a);
	return j->a.verdict.status;
}

/* What is refused as a whole is BAD_SIGNATURE, as `wici verify` has it. */
static inline enum wici_status judge_on(struct judging *j,
					const struct proof_file *f,
					const char *on, int64_t now_ms)
{
	memset(&j->a, 0, sizeof(j->a));
	if (read_records(j, f, &f->n.id))
		return WICI_STATUS_BAD_SIGNATURE;
	return judge_read(j, on, now_ms);
}

/* On 15 June 2024, when nothing else is said. */
static inline enum wici_status judge(struct judging *j,
				     const struct proof_file *f)
{
	return judge_on(j, f, "2024-06-15", noon("2024-06-15"));
}

static inline const char *detail_of(const struct judging *j, const char *name)
{
	for (size_t i = 0; i < j->a.verdict.checks_count; i++)
		if (strcmp(j->a.verdict.checks[i].name, name) == 0)
			return j->a.verdict.checks[i].detail;
	return "(no such check)";
}

/* Does a check's detail begin like this? */
static inline bool tells(const struct judging *j, const char *name,
			 const char *begin)
{
	return strncmp(detail_of(j, name), begin, strlen(begin)) == 0;
}

/* ---- one file, as most tests begin ---- */

static struct proof_file f;
static struct judging j;
static struct wici_id given; /* The grant that begin() gives. */

/* A network whose issuer had another feed before, and whose root names three
 * witnesses where some are needed; a grant of index 3 in the feed. */
static inline void begin_in(uint8_t feed, uint64_t needed)
{
	struct wici_issuer list[1] = {row("osl", ISSUING)};

	row_close(&list[0], CLOSED, 5);
	founded(&f, 1, list, 1);
	if (needed)
		name_witnesses(&f, needed);
	put_admission(&f, REGISTRAR, 2, 31, "CAL");
	put_admission(&f, REGISTRAR, 3, HOLDER, "MOPS w Mławie");
	given = put_grant(
		&f, &(struct granting){.feed = feed, .seq = 2, .index = 3});
}

static inline void begin(void)
{
	begin_in(ISSUING, 0);
}

/* The beacon, the registrar's word of the day before, and which grant it is
 * about. */
static inline void word_at(uint64_t seq, const char *on,
			   const struct wici_id *about, uint64_t index,
			   const struct said *s)
{
	struct wici_head head = {pair(ISSUING).key, seq, {{0}}};

	head.id = put_beacon(&f, ISSUING, seq, noon(on), s);
	put_witness(&f, REGISTRAR, 9, noon(on) - DAY_MS, &head);
	put_about(&f, about, index, s);
}

static inline void word_of(const struct wici_id *about, uint64_t index,
			   const struct said *s)
{
	word_at(20, "2024-06-14", about, index, s);
}

static inline void word(enum wici_certificate_state state)
{
	struct said s = said_of(3, &given, state);

	word_of(&given, 3, &s);
}

/* Two entries of the feed at this seq, as a fork proof. */
static inline void put_fork(uint8_t feed, uint64_t seq)
{
	struct pair p = pair(feed);
	struct wici_fork_side sides[2];
	struct wici_fork fork;
	uint8_t buf[1024];
	struct wici_mp_writer w;

	for (int i = 0; i < 2; i++) {
		struct wici_entry e =
			entry_of(feed, seq, 4000, WICI_BYTES("\x80"));

		e.header.time_ms = i;
		wici_entry_sign(&e, &f.n.id, &p.secret);
		sides[i] = (struct wici_fork_side){e.header, e.sig};
	}
	wici_mp_writer_init(&w, buf, sizeof(buf));
	CHECK_OK(wici_fork_make(&w, &sides[0], &sides[1], &f.n.id, &fork));
	put(&f, WICI_BUNDLE_STATEMENT, &w);
}

#endif
