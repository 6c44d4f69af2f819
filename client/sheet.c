/* client/sheet.c — The page: what is certified, then how to check it. */
#include "client/sheet.h"

#include "client/client.h"
#include "client/cmd.h"
#include "client/html.h"
#include "client/qr.h"
#include "client/say.h"
#include "client/verdict_text.h"
#include "client/sheet_style.h"
#include "proto/day.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* clang-format off */
static const char *const months[] = {
	N_("January"), N_("February"), N_("March"), N_("April"), N_("May"),
	N_("June"), N_("July"), N_("August"), N_("September"), N_("October"),
	N_("November"), N_("December"),
};
/* clang-format on */

const char *sheet_day(const char *text, char out[64])
{
	int32_t day;

	(void)snprintf(out, 64, "%.32s", text ? text : "");
	if (text && !wici_day_parse(&day, wici_bytes_str(text)))
		(void)snprintf(out, 64, "%d %s %.4s", atoi(text + 8),
			       say(months[atoi(text + 5) - 1]), text);
	return out;
}

static const char *name_of(const json_t *cert, const char *key)
{
	const json_t *who = json_object_get(cert, key);
	const char *name = client_string(who, "name");

	return name ? name : client_string(who, "identity");
}

/* A text made of others; the caller frees it. */
__attribute__((format(printf, 1, 2))) static char *made(const char *format, ...)
{
	char *text = NULL;
	va_list values;

	va_start(values, format);
	if (vasprintf(&text, format, values) < 0)
		abort();
	va_end(values);
	return text;
}

/* "2022–2026", "from 1 January 2022 to 31 December 2026"; "" when nothing is
 * stated. */
static char *span_of(const json_t *cert)
{
	const char *from = client_string(cert, "valid_from");
	const char *until = client_string(cert, "valid_until");
	char first[64];
	char last[64];

	(void)sheet_day(from, first);
	(void)sheet_day(until, last);
	if (from && until && strlen(from) == 4 && strlen(until) == 4)
		return made("%s–%s", first, last);
	if (from && until)
		return made(_("from %s to %s"), first, last);
	if (from || until)
		return made(from ? _("from %s") : _("until %s"),
			    from ? first : last);
	return made("%s", "");
}

/* The years as the document has them, else as they are stated. */
static char *years_of(const json_t *cert)
{
	const char *text = client_string(cert, "valid_years_text");

	return text ? made("%s", text) : span_of(cert);
}

static size_t letters_in(const char *text)
{
	size_t count = 0;

	for (; text && *text; text++)
		count += ((uint8_t)*text & 0xc0) != 0x80;
	return count;
}

/* How small the letters must be for all of it to fit. */
static const char *size_of(const json_t *cert)
{
	static const char *const keys[] = {"name", "granted_for", "number",
					   "valid_years_text"};
	size_t holder = letters_in(name_of(cert, "holder"));
	size_t title = letters_in(client_string(cert, "name"));
	size_t all = holder + letters_in(name_of(cert, "issuer"));

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		all += letters_in(client_string(cert, keys[i]));
	if (all > 1000)
		return " longest";
	if (all > 500)
		return " longer";
	return title > 90 || holder > 90 || all > 300 ? " long" : "";
}

static void write_head(FILE *out, const json_t *cert)
{
	const char *number = client_string(cert, "number");
	char *title =
		made("%s%s%s – %s", _("Certificate"), number ? " " : "",
		     number ? number : "",
		     name_of(cert, "holder") ? name_of(cert, "holder") : "");

	fprintf(out,
		"<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n"
		"<meta charset=\"utf-8\">\n"
		"<meta http-equiv=\"Content-Security-Policy\" content=\""
		"default-src 'none'; style-src 'unsafe-inline'\">\n"
		"<meta name=\"viewport\" content=\"width=device-width, "
		"initial-scale=1\">\n",
		say_is_polish() ? "pl" : "en");
	html_element(out, "title", NULL, title);
	fprintf(out, "<style>\n%s</style>\n</head>\n<body>\n", sheet_style);
	free(title);
}

static void write_pair(FILE *out, const char *label, const char *value)
{
	if (!value || !value[0])
		return;
	fputs("<div>", out);
	html_element(out, "dt", NULL, label);
	html_element(out, "dd", NULL, value);
	fputs("</div>\n", out);
}

/* "for" what, unless it begins so already. */
static void write_for(FILE *out, const char *text)
{
	const char *before = _("for %s");
	size_t head = strcspn(before, "%");
	char *all;

	if (!text)
		return;
	all = strncasecmp(text, before, head) == 0 ? made("%s", text)
						   : made(before, text);
	html_element(out, "p", "for", all);
	free(all);
}

static void write_years(FILE *out, const json_t *cert)
{
	const char *text = client_string(cert, "valid_years_text");
	char *all = NULL;

	if (!text)
		return;
	all = text[0] >= '0' && text[0] <= '9'
		      ? made(_("for the years %s"), text)
		      : made("%s", text);
	html_element(out, "p", "years", all);
	free(all);
}

static void write_text(FILE *out, const json_t *cert)
{
	const char *name = client_string(cert, "name");
	const char *granted = client_string(cert, "granted_on");
	char *span = span_of(cert);
	char day[64];

	fputs("<div class=\"text\">\n", out);
	html_element(out, "p", "issuer", name_of(cert, "issuer"));
	html_element(out, "h1", NULL, name ? name : _("Certificate"));
	html_element(out, "p", "given", _("is awarded to"));
	html_element(out, "p", "holder", name_of(cert, "holder"));
	write_for(out, client_string(cert, "granted_for"));
	write_years(out, cert);
	fputs("<dl class=\"facts\">\n", out);
	write_pair(out, _("Number"), client_string(cert, "number"));
	write_pair(out, _("Date of the decision"),
		   granted ? sheet_day(granted, day) : NULL);
	write_pair(out, _("In force"), span);
	fputs("</dl>\n</div>\n", out);
	free(span);
}

static void write_said(FILE *out, const char *label, const char *value,
		       bool is_code)
{
	if (!value || !value[0])
		return;
	html_element(out, "dt", NULL, label);
	if (!is_code) {
		html_element(out, "dd", NULL, value);
		return;
	}
	fputs("<dd>", out);
	html_element(out, "code", NULL, value);
	fputs("</dd>\n", out);
}

/* What the code says, in letters. */
static void write_all_said(FILE *out, const struct sheet *s)
{
	const json_t *cert = s->certificate;
	char *years = years_of(cert);

	fputs("<dl class=\"said\">\n", out);
	write_said(out, _("Holder"), name_of(cert, "holder"), false);
	write_said(out, _("Number"), client_string(cert, "number"), false);
	write_said(out, _("Years"), years, false);
	write_said(out, _("Fingerprint of the key"), s->kid, true);
	write_said(out, _("Network"), s->network, true);
	fputs("</dl>\n", out);
	free(years);
}

static void write_how(FILE *out, const struct sheet *s)
{
	const char *number = client_string(s->certificate, "number");
	char *how;

	if (s->url)
		how = made(_("Scan the code with a telephone, or open %s. With "
			     "wici: wici cert verify %s."),
			   s->url,
			   number ? number
				  : client_string(s->certificate, "id"));
	else
		how = made(_("Members of the network check the number: wici "
			     "cert verify %s. Anybody else scans the code and "
			     "gives what it says to wici verify, with the "
			     "network below."),
			   number ? number
				  : client_string(s->certificate, "id"));
	html_element(out, "p", NULL, how);
	free(how);
}

static enum wici_err write_check(FILE *out, const struct sheet *s)
{
	const char *number = client_string(s->certificate, "number");
	char day[64];
	char *label = made(_("QR code: the certificate %s, signed by its "
			     "issuer. What it says stands beside it as text."),
			   number ? number : "");
	char *state = made(_("On %s, when this page was made: %s."),
			   sheet_day(s->on, day), verdict_word(s->verdict));
	unsigned mm;
	enum wici_err err;

	fputs("<section class=\"check\" aria-labelledby=\"check\">\n"
	      "<div class=\"code\">\n",
	      out);
	err = qr_write(out, s->token, label, &mm);
	fputs("<div>\n<h2 id=\"check\">", out);
	html_text(out, _("How to check it"));
	fputs("</h2>\n", out);
	write_how(out, s);
	html_element(out, "p", NULL,
		     _("The code alone cannot show that the certificate was "
		       "withdrawn later: ask a member of the network or the "
		       "issuer. The signature in it is no qualified electronic "
		       "seal."));
	html_element(out, "p", NULL, state);
	fputs("</div>\n</div>\n", out);
	write_all_said(out, s);
	fputs("</section>\n", out);
	free(label);
	free(state);
	return err;
}

/* For those who read the page on a screen: it can be copied. */
static void write_token(FILE *out, const struct sheet *s)
{
	fputs("<section class=\"token\">\n", out);
	html_element(out, "h2", NULL, _("What the QR code says"));
	fputs("<p>", out);
	html_element(out, "code", NULL, s->token);
	fputs("</p>\n</section>\n", out);
}

enum wici_err sheet_write(FILE *out, const struct sheet *s)
{
	enum wici_err err;

	write_head(out, s->certificate);
	fprintf(out, "<main>\n<article class=\"page%s\">\n",
		size_of(s->certificate));
	write_text(out, s->certificate);
	err = write_check(out, s);
	fputs("</article>\n", out);
	write_token(out, s);
	fputs("</main>\n</body>\n</html>\n", out);
	return err;
}
