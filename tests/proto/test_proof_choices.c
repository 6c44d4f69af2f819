/* tests/proto/test_proof_choices.c — Lives of a certificate, drawn at random. The
 * issuer's word is of all that was said; of the acts every choice is put into a
 * file, with some that a thief has forged. What is VALID then is so. */
#include "proto/proof.h"

#include "tests/proto/proofs.h"

struct life {
	unsigned seed;
	size_t first, count; /* Records of acts. */
	struct wici_certificate whole;
	struct wici_act acts[RECORDS];
};

static unsigned draw(struct life *l, unsigned n)
{
	l->seed = l->seed * 1103515245u + 12345u;
	return (l->seed >> 16) % n;
}

static const char *const days[] = {"2022-06-01", "2024-06-13", "2024-06-14",
				   "2024-06-15", "2024-07-01", "2025-06-01"};
#define DAYS (sizeof(days) / sizeof(days[0]))

static void live(struct life *l)
{
	struct wici_id about = given;

	l->first = f.count;
	l->count = 2 + draw(l, 4);
	for (size_t i = 0; i < l->count; i++) {
		uint64_t seq = 3 + i;
		const char *from = days[draw(l, DAYS)];

		switch (draw(l, 7)) {
		case 0:
			about = put_grant(
				&f, &(struct granting){.feed = ISSUING,
						       .seq = seq,
						       .index = 4 + i % 4,
						       .supersedes = &about});
			break;
		case 1:
		case 2:
			suspend(&f, seq, &given, from);
			break;
		case 3:
		case 4:
			revoke(&f, seq, &about, from);
			break;
		default:
			reinstate(&f, seq, &given, from);
		}
	}
}

/* What stands, of all that was said; and the issuer's word of it. */
static void take_word(struct life *l)
{
	const struct wici_certificate *c = &j.a.certificate;
	struct said s;

	put_about(&f, &given, 3, &(struct said){.restored = -1});
	(void)judge(&j, &f);
	f.count--;
	memcpy(l->acts, j.acts, sizeof(l->acts));
	l->whole = *c;
	l->whole.acts = l->acts;
	CHECK(c->grant);
	s = said_of(c->terms.index, &c->grant->id,
		    wici_certificate_worst(c, day("2024-06-14")));
	if (c->terms.index != 3)
		says(&s, 3, NULL, WICI_CERT_NONE);
	if (wici_certificate_is_restored(c))
		s.restored = (int)c->terms.index;
	l->whole.grant = NULL; /* It is the judging's. */
	word_of(&given, c->terms.index, &s);
}

/* A thief's acts, in the feed that was closed before its time. */
static void forge(struct life *l)
{
	if (draw(l, 2)) {
		put_act(&f, WICI_KIND_CERTIFICATE_REINSTATE, CLOSED, 3, &given,
			days[draw(l, DAYS)]);
		put_act(&f, WICI_KIND_CERTIFICATE_REVOKE, CLOSED, 2, &given,
			"2025-12-31");
	} else {
		put_grant(&f, &(struct granting){.feed = CLOSED,
						 .seq = 3,
						 .index = 3,
						 .until = "2099",
						 .supersedes = &given});
		put_act(&f, WICI_KIND_CERTIFICATE_SUSPEND, CLOSED, 4, &given,
			days[draw(l, DAYS)]);
	}
}

/* The entries of the file but those of which `mask` has a bit. */
static void choose(const struct life *l, unsigned mask, size_t forged,
		   const struct wici_proof_entry *all, size_t count)
{
	size_t acts = l->first - 1; /* Behind one statement. */

	j.p.entries_count = 0;
	for (size_t i = 0; i < count; i++) {
		size_t bit = i >= acts && i < acts + l->count ? i - acts
			     : i >= forged ? l->count + i - forged
					   : 31;

		if (bit == 31 || !(mask >> bit & 1))
			j.entries[j.p.entries_count++] = all[i];
	}
}

static size_t judge_choices(const struct life *l)
{
	static struct wici_proof_entry all[RECORDS];
	size_t valid = 0, count, forged;

	CHECK_OK(read_records(&j, &f, &f.n.id));
	count = j.p.entries_count;
	forged = count - 2;
	memcpy(all, j.entries, count * sizeof(all[0]));
	for (unsigned mask = 0; mask < 4u << l->count; mask++) {
		choose(l, mask, forged, all, count);
		for (size_t i = 0; i < DAYS; i++) {
			struct wici_certificate_on on;

			if (judge_read(&j, days[i], noon("2024-06-15")) !=
			    WICI_STATUS_VALID)
				continue;
			wici_certificate_on(&l->whole, day(days[i]), &on);
			CHECK(on.state == WICI_CERT_GRANTED);
			CHECK(j.a.certificate.terms.index ==
			      l->whole.terms.index);
			CHECK(j.a.certificate.terms.valid_until.last ==
			      day("2026-12-31"));
			valid++;
		}
	}
	return valid;
}

TEST(no_choice_of_acts_nor_forged_ones_make_it_valid)
{
	struct life l = {.seed = 1};
	size_t valid = 0;

	for (int i = 0; i < 150; i++) {
		begin();
		live(&l);
		take_word(&l);
		forge(&l);
		valid += judge_choices(&l);
	}
	CHECK(valid > 1000); /* Where it is so, it is said. */
}

TEST_MAIN(RUN(no_choice_of_acts_nor_forged_ones_make_it_valid))
