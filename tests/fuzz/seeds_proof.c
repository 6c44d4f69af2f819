/* tests/fuzz/seeds_proof.c — Proof files for fuzz_proof: of a certificate that
 * was suspended and reinstated, corrected, revoked; with the registrar's word,
 * and with a named witness's. */
#include "proto/kinds.h"
#include "proto/kinds/member.h"
#include "tests/fuzz/forge.h"
#include "tests/fuzz/seeds.h"

static const struct wici_bytes none;
static struct forge forge;
static uint8_t file[16384];
static size_t len;

static void put(uint8_t type, struct wici_bytes before, struct wici_bytes b)
{
	file[len] = type;
	wici_put_u16(file + len + 1, (uint16_t)(before.len + b.len));
	memcpy(file + len + 3, before.p, before.len);
	if (b.len)
		memcpy(file + len + 3 + before.len, b.p, b.len);
	len += 3 + before.len + b.len;
}

static void bin(struct wici_mp_writer *w, const char *key, const void *p)
{
	wici_mp_str(w, key);
	wici_mp_bin(w, p, 32);
}

/* Its id, as it will be signed. */
static struct wici_id put_entry(enum forge_key by, uint8_t seq, uint16_t kind,
				const struct wici_mp_writer *w)
{
	uint8_t head[8] = {(uint8_t)by, 0, 0, seq, 0, (uint8_t)kind, 0, 1};
	uint8_t *from = file + len + 3;
	uint8_t out[2048];
	struct wici_header h;
	struct wici_sig sig;
	struct wici_bytes b;

	MUST(wici_mp_written(w, &b) == WICI_OK);
	put(0x85, (struct wici_bytes){head, 8}, b);
	b = (struct wici_bytes){from, 8 + b.len};
	MUST(forge_entry(&forge, b, out, sizeof(out), &b));
	wici_header_decode(&h, out);
	memcpy(sig.b, out + WICI_HEADER_LEN, WICI_SIG_LEN);
	return wici_entry_id(&h, &sig);
}

static struct wici_id put_grant(enum forge_key by, uint8_t seq,
				const struct wici_id *supersedes)
{
	uint8_t buf[512];
	struct wici_mp_writer w;

	wici_mp_writer_init(&w, buf, sizeof(buf));
	wici_mp_map(&w, supersedes ? 6 : 5);
	bin(&w, "holder", forge.keys[FORGE_HOLDER].b);
	wici_mp_str(&w, "index");
	wici_mp_uint(&w, supersedes ? 1 : 0);
	wici_mp_str(&w, "scheme");
	wici_mp_str(&w, "osl");
	if (supersedes)
		bin(&w, "supersedes", supersedes->b);
	wici_mp_str(&w, "valid_from");
	wici_mp_str(&w, "2022");
	wici_mp_str(&w, "valid_until");
	wici_mp_str(&w, "2026");
	return put_entry(by, seq, WICI_KIND_CERTIFICATE_GRANT, &w);
}

static void put_act(uint16_t kind, uint8_t seq, const struct wici_id *to)
{
	uint8_t buf[128];
	struct wici_mp_writer w;

	wici_mp_writer_init(&w, buf, sizeof(buf));
	wici_mp_map(&w, 2);
	bin(&w, "certificate", to->b);
	wici_mp_str(&w, "effective");
	wici_mp_str(&w, "2024-09-01");
	put_entry(FORGE_ISSUING, seq, kind, &w);
}

/* ids: of the two places of the list, which stand as told. */
static struct wici_id put_beacon(struct wici_id ids[4], uint8_t states)
{
	struct wici_id root = wici_merkle_root(ids, 4);
	uint8_t buf[256];
	struct wici_mp_writer w;

	wici_mp_writer_init(&w, buf, sizeof(buf));
	wici_mp_map(&w, 5);
	bin(&w, "grants", root.b);
	wici_mp_str(&w, "restored");
	wici_mp_array(&w, 1);
	wici_mp_uint(&w, 0);
	wici_mp_str(&w, "roster");
	wici_mp_uint(&w, forge.version);
	wici_mp_str(&w, "scheme");
	wici_mp_str(&w, "osl");
	wici_mp_str(&w, "states");
	wici_mp_bin(&w, &states, 1);
	return put_entry(FORGE_ISSUING, 9, WICI_KIND_BEACON, &w);
}

static void put_witness(enum forge_key by, const struct wici_id *beacon)
{
	uint8_t buf[512];
	struct wici_mp_writer w;

	wici_mp_writer_init(&w, buf, sizeof(buf));
	wici_mp_map(&w, 5);
	wici_mp_str(&w, "heads");
	wici_mp_array(&w, 1);
	wici_mp_map(&w, 3);
	bin(&w, "feed", forge.keys[FORGE_ISSUING].b);
	bin(&w, "id", beacon->b);
	wici_mp_str(&w, "seq");
	wici_mp_uint(&w, 9);
	wici_mp_str(&w, "heads_count");
	wici_mp_uint(&w, 3);
	bin(&w, "heads_root", beacon->b);
	wici_mp_str(&w, "roster");
	wici_mp_uint(&w, forge.version);
	bin(&w, "roster_id", forge.last.b);
	put_entry(by, 9, WICI_KIND_WITNESS, &w);
}

/* Beacon, witness, and what the file is about: of index 0 or 1. */
static void put_word(enum forge_key witness, const struct wici_id *stands,
		     size_t index, uint8_t states, const struct wici_id *about)
{
	struct wici_id ids[4] = {{{0}}}, path[WICI_MERKLE_PATH_MAX];
	struct wici_id leaves[4], beacon;
	uint8_t buf[512];
	struct wici_mp_writer w;
	struct wici_bytes b;
	size_t n;

	ids[index] = *stands;
	for (size_t i = 0; i < 4; i++)
		leaves[i] = wici_merkle_leaf(
			(struct wici_bytes){ids[i].b, WICI_ID_LEN});
	memcpy(ids, leaves, sizeof(ids));
	beacon = put_beacon(leaves, states);
	put_witness(witness, &beacon);
	n = wici_merkle_path(ids, 4, index, path);
	wici_mp_writer_init(&w, buf, sizeof(buf));
	wici_proof_about_write(&w, about, path, n);
	MUST(wici_mp_written(&w, &b) == WICI_OK);
	put(WICI_BUNDLE_PROOF, b, none);
	seed("proof", none, (struct wici_bytes){file, len});
}

static void begin(void)
{
	forge_init(&forge);
	file[0] = 64; /* Today. */
	len = 1;
}

static void name_witness(void)
{
	struct wici_witness row = {forge.keys[FORGE_WITNESS],
				   forge.keys[FORGE_WITNESS]};
	uint8_t buf[256];
	struct wici_mp_writer w;
	struct wici_bytes b;

	wici_mp_writer_init(&w, buf, sizeof(buf));
	wici_op_witnesses(&w, 1, &row, 1);
	MUST(wici_mp_written(&w, &b) == WICI_OK);
	put(0x82, (struct wici_bytes){(const uint8_t *)"\x01", 1}, b);
	MUST(forge_change(&forge, 1, b));
}

static void put_admission(void)
{
	uint8_t buf[256];
	struct wici_mp_writer w;

	wici_mp_writer_init(&w, buf, sizeof(buf));
	wici_mp_map(&w, 2);
	bin(&w, "identity", forge.keys[FORGE_HOLDER].b);
	wici_mp_str(&w, "name");
	wici_mp_str(&w, "MOPS");
	put_entry(FORGE_REGISTRAR, 3, WICI_KIND_MEMBER_ADMIT, &w);
}

void seed_proofs(void)
{
	struct wici_id id, newer;

	begin();
	put_admission();
	id = put_grant(FORGE_ISSUING, 2, NULL);
	put_word(FORGE_REGISTRAR, &id, 0, 1, &id);
	begin();
	id = put_grant(FORGE_CLOSED, 2, NULL);
	put_act(WICI_KIND_CERTIFICATE_SUSPEND, 3, &id);
	put_act(WICI_KIND_CERTIFICATE_REINSTATE, 4, &id);
	put_word(FORGE_REGISTRAR, &id, 0, 1, &id);
	begin();
	name_witness();
	id = put_grant(FORGE_ISSUING, 2, NULL);
	newer = put_grant(FORGE_ISSUING, 3, &id);
	put_word(FORGE_WITNESS, &newer, 1, 4, &id);
	begin();
	id = put_grant(FORGE_ISSUING, 2, NULL);
	put_act(WICI_KIND_CERTIFICATE_REVOKE, 3, &id);
	put_word(FORGE_REGISTRAR, &id, 0, 3, &id);
}
