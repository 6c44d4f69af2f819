/* proto/policy.c — The root's k of n keys: read strictly, written canonically,
 * and asked whether enough of them approve. */
#include "proto/policy.h"

#include "proto/form.h"
#include "proto/mp_read.h"
#include "proto/require.h"
#include "proto/text.h"

/* Keys, names of fields and lengths of 16 keys and a name fit well. */
#define FOUNDING_LEN_MAX 1024

/* More than half: no two sets of approvers without a common key. */
static bool is_threshold(uint64_t threshold, size_t n)
{
	return threshold <= n && threshold > n / 2;
}

static bool is_ascending(const struct wici_policy *p)
{
	for (size_t i = 1; i < p->keys_count; i++) {
		if (memcmp(p->keys[i - 1].b, p->keys[i].b, WICI_KEY_LEN) >= 0)
			return false;
	}
	return true;
}

static bool are_keys_good(const struct wici_policy *p)
{
	for (size_t i = 0; i < p->keys_count; i++) {
		if (wici_key_check(&p->keys[i]) != WICI_OK)
			return false;
	}
	return true;
}

enum wici_err wici_policy_decode(struct wici_policy *p, struct wici_bytes b)
{
	struct wici_form f;

	memset(p, 0, sizeof(*p));
	if (wici_mp_check(WICI_MP_CANONICAL, b, NULL) != WICI_OK)
		return WICI_REJECT_STATEMENT;
	wici_form_init(&f, b);
	wici_form_map(&f, 3);
	p->keys_count = wici_form_array(&f, "keys", 1, WICI_POLICY_KEYS_MAX);
	for (size_t i = 0; i < p->keys_count; i++)
		wici_form_bin(&f, NULL, p->keys[i].b, WICI_KEY_LEN);
	p->threshold = wici_form_uint(&f, "threshold");
	p->version = wici_form_uint(&f, "version");
	if (!f.ok || p->version < 1 ||
	    !is_threshold(p->threshold, p->keys_count) || !is_ascending(p) ||
	    !are_keys_good(p))
		return WICI_REJECT_STATEMENT;
	return WICI_OK;
}

void wici_policy_encode(struct wici_mp_writer *w, const struct wici_policy *p)
{
	wici_mp_map(w, 3);
	wici_mp_str(w, "keys");
	wici_mp_array(w, (uint32_t)p->keys_count);
	for (size_t i = 0; i < p->keys_count; i++)
		wici_mp_bin(w, p->keys[i].b, WICI_KEY_LEN);
	wici_mp_str(w, "threshold");
	wici_mp_uint(w, p->threshold);
	wici_mp_str(w, "version");
	wici_mp_uint(w, p->version);
}

/* Insertion sort: at most 16, and no qsort in proto/. */
static void sort_keys(struct wici_policy *p)
{
	for (size_t i = 1; i < p->keys_count; i++) {
		struct wici_key key = p->keys[i];
		size_t j = i;

		while (j > 0 &&
		       memcmp(p->keys[j - 1].b, key.b, WICI_KEY_LEN) > 0) {
			p->keys[j] = p->keys[j - 1];
			j--;
		}
		p->keys[j] = key;
	}
}

enum wici_err wici_policy_init(struct wici_policy *p,
			       const struct wici_key *keys, size_t count,
			       uint64_t threshold)
{
	memset(p, 0, sizeof(*p));
	if (count < 1 || count > WICI_POLICY_KEYS_MAX ||
	    !is_threshold(threshold, count))
		return WICI_BAD_FIELD;
	p->version = 1;
	p->threshold = threshold;
	p->keys_count = count;
	memcpy(p->keys, keys, count * sizeof(*keys));
	sort_keys(p);
	if (!is_ascending(p) || !are_keys_good(p))
		return WICI_BAD_FIELD;
	return WICI_OK;
}

enum wici_err wici_network_id(struct wici_id *network,
			      const struct wici_policy *p,
			      struct wici_bytes name,
			      const struct wici_salt *salt)
{
	uint8_t buf[FOUNDING_LEN_MAX];
	struct wici_mp_writer w;
	struct wici_bytes founding;
	enum wici_err err;

	if (name.len < 1 || name.len > WICI_NETWORK_NAME_LEN_MAX ||
	    !wici_text_is_line(name))
		return WICI_BAD_FIELD;
	WICI_REQUIRE(p->keys_count <= WICI_POLICY_KEYS_MAX);
	wici_mp_writer_init(&w, buf, sizeof(buf));
	wici_mp_map(&w, 3);
	wici_mp_str(&w, "name");
	wici_mp_str_bytes(&w, name);
	wici_mp_str(&w, "policy");
	wici_policy_encode(&w, p);
	wici_mp_str(&w, "salt");
	wici_mp_bin(&w, salt->b, WICI_SALT_LEN);
	err = wici_mp_written(&w, &founding);
	WICI_REQUIRE(err == WICI_OK);
	*network = wici_hash_bytes(WICI_DOMAIN_NETWORK, founding);
	return WICI_OK;
}

static bool has_approved(const struct wici_key *key,
			 const struct wici_id *network,
			 const struct wici_statement *s)
{
	struct wici_bytes id = {s->id.b, WICI_ID_LEN};

	for (size_t i = 0; i < s->sigs_count; i++) {
		if (wici_key_equal(&s->sigs[i].key, key) &&
		    wici_verify(&s->sigs[i].sig, WICI_DOMAIN_APPROVE, network,
				id, key) == WICI_OK)
			return true;
	}
	return false;
}

/* Counts no further than to `enough`: a signature costs. */
static size_t count_to(size_t enough, const struct wici_policy *p,
		       const struct wici_id *network,
		       const struct wici_statement *s)
{
	size_t approvals = 0;

	/* PROTOCOL §5.2: "Signers that are no root keys are ignored." Counted by
	 * the policy's keys, so that none counts twice. */
	for (size_t i = 0; i < p->keys_count && approvals < enough; i++) {
		if (has_approved(&p->keys[i], network, s))
			approvals++;
	}
	return approvals;
}

size_t wici_policy_count(const struct wici_policy *p,
			 const struct wici_id *network,
			 const struct wici_statement *s)
{
	return count_to(p->keys_count, p, network, s);
}

enum wici_err wici_policy_approves(const struct wici_policy *p,
				   const struct wici_id *network,
				   const struct wici_statement *s)
{
	/* More than there are keys are never reached. */
	if (p->threshold < 1 || p->threshold > p->keys_count ||
	    count_to((size_t)p->threshold, p, network, s) < p->threshold)
		return WICI_REJECT_APPROVAL;
	return WICI_OK;
}
