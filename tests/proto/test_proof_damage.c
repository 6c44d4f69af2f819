/* tests/proto/test_proof_damage.c — Bytes flipped, records left out, doubled,
 * moved, cut short, too many: a damaged file never says anything better. */
#include "proto/proof.h"

#include "tests/proto/proofs.h"

/* Does it say what the whole file says, or nothing good? */
static bool is_no_better(const struct proof_file *whole,
			 enum wici_status status)
{
	const struct wici_member *m;

	if (status != WICI_STATUS_VALID)
		return true;
	m = member(&j.o.roster, HOLDER);
	return whole == &f &&
	       wici_id_equal(&j.a.certificate.grant->id, &given) &&
	       (!m || strcmp(m->name, "MOPS w Mławie") == 0);
}

static void whole_file(enum wici_certificate_state state)
{
	struct wici_head head = {pair(ISSUING).key, 19, id_of(1)};

	begin_in(ISSUING, 2);
	if (state == WICI_CERT_SUSPENDED)
		suspend(&f, 3, &given, "2024-01-01");
	for (uint8_t i = 0; i < 3; i++)
		put_witness(&f, (uint8_t)(WITNESS + i), 4, noon("2024-06-14"),
			    &head);
	word(state);
}

/* The whole file was read; now it has this record in the place of record i.
 * Entries stand behind two changes, and the last record is what it is about. */
static enum wici_status judge_bent(const struct proof_file *bent, size_t i)
{
	struct wici_bytes b = bytes_of(&bent->records[i]);
	size_t count = j.p.entries_count;
	enum wici_err err;

	switch (bent->records[i].type) {
	case WICI_BUNDLE_STATEMENT:
		err = read_root(&j, bent, &f.n.id);
		break;
	case WICI_BUNDLE_ENTRY:
		j.p.entries_count = i - 2;
		err = wici_proof_take(&j.p, WICI_BUNDLE_ENTRY, b);
		j.p.entries_count = count;
		break;
	default:
		j.p.has_grant = false;
		err = wici_proof_take(&j.p, WICI_BUNDLE_PROOF, b);
	}
	return err ? WICI_STATUS_BAD_SIGNATURE
		   : judge_read(&j, "2024-06-15", noon("2024-06-15"));
}

/* One bit in each byte of each record. A suspended one never gets valid. */
static void flip_all(bool is_suspended)
{
	static struct proof_file bent;
	size_t valid = 0, count = 0;

	whole_file(is_suspended ? WICI_CERT_SUSPENDED : WICI_CERT_GRANTED);
	for (size_t i = 0; i < f.count; i++) {
		bent = f;
		CHECK_OK(read_records(&j, &f, &f.n.id));
		/* What both have in common need not be tried twice. */
		for (size_t k = 0; k < f.records[i].len;
		     k += is_suspended ? 5 : 1) {
			uint8_t *byte = &bent.records[i].bytes[k];
			enum wici_status status;

			*byte ^= (uint8_t)(1u << (k + i) % 8);
			status = judge_bent(&bent, i);
			CHECK(is_no_better(is_suspended ? &bent : &f, status));
			valid += status == WICI_STATUS_VALID;
			count++;
			*byte = f.records[i].bytes[k];
		}
	}
	/* One witness of three, and names, can be done without. */
	CHECK(count > 400 && valid < count / 2);
}

TEST(no_flipped_byte_makes_it_better)
{
	flip_all(false);
	flip_all(true);
}

TEST(no_record_left_out_doubled_or_moved_makes_it_better)
{
	static struct proof_file bent;

	for (int suspended = 0; suspended < 2; suspended++) {
		whole_file(suspended ? WICI_CERT_SUSPENDED : WICI_CERT_GRANTED);
		for (size_t i = 0; i < f.count; i++) {
			bent = f;
			bent.count--;
			memmove(&bent.records[i], &bent.records[i + 1],
				(bent.count - i) * sizeof(bent.records[0]));
			CHECK(is_no_better(suspended ? &bent : &f,
					   judge(&j, &bent)));
			bent = f;
			bent.records[bent.count++] = f.records[i];
			CHECK(judge(&j, &bent) ==
			      (f.records[i].type == WICI_BUNDLE_PROOF
				       ? WICI_STATUS_BAD_SIGNATURE
			       : suspended ? WICI_STATUS_SUSPENDED
					   : WICI_STATUS_VALID));
		}
		for (size_t i = 0; i < f.count; i++)
			bent.records[i] = f.records[f.count - 1 - i];
		bent.count = f.count;
		CHECK(judge(&j, &bent) ==
		      (suspended ? WICI_STATUS_SUSPENDED : WICI_STATUS_VALID));
	}
}

TEST(a_record_cut_short_or_too_many_of_them_are_refused)
{
	struct wici_bytes b;
	enum wici_err err = WICI_OK;
	size_t at;

	begin();
	word(WICI_CERT_GRANTED);
	for (size_t i = 0; i < f.count; i++) {
		b = bytes_of(&f.records[i]);
		if (f.records[i].type == WICI_BUNDLE_STATEMENT)
			continue;
		for (at = 0; at < b.len; at++) {
			CHECK_OK(read_records(&j, &f, &f.n.id));
			j.p.has_grant = false;
			err = wici_proof_take(&j.p, f.records[i].type,
					      (struct wici_bytes){b.p, at});
			CHECK(err == WICI_REJECT_BUNDLE);
		}
	}
	CHECK_OK(read_records(&j, &f, &f.n.id));
	for (at = j.p.entries_count; at < WICI_PROOF_ENTRIES_MAX; at++)
		CHECK_OK(wici_proof_take(&j.p, WICI_BUNDLE_ENTRY,
					 bytes_of(&f.records[1])));
	CHECK_ERR(wici_proof_take(&j.p, WICI_BUNDLE_ENTRY,
				  bytes_of(&f.records[1])),
		  WICI_REJECT_BUNDLE);
	CHECK(judge_read(&j, "2024-06-15", noon("2024-06-15")) ==
	      WICI_STATUS_VALID);
	for (at = 0; at < WICI_PROOF_FORKS_MAX; at++)
		put_fork(HOLDER, at + 2), f.count--,
			CHECK_OK(
				wici_proof_take(&j.p, WICI_BUNDLE_STATEMENT,
						bytes_of(&f.records[f.count])));
	CHECK_ERR(wici_proof_take(&j.p, WICI_BUNDLE_STATEMENT,
				  bytes_of(&f.records[f.count])),
		  WICI_REJECT_BUNDLE);
}

TEST_MAIN(RUN(no_flipped_byte_makes_it_better),
	  RUN(no_record_left_out_doubled_or_moved_makes_it_better),
	  RUN(a_record_cut_short_or_too_many_of_them_are_refused))
