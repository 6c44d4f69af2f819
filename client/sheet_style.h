/* client/sheet_style.h — How the page of a certificate looks. For sheet.c.
 *
 * Black on white, fonts that are there. On paper the page is fixed: the text
 * gives way before the QR code does. On a narrow screen it reflows. */
#ifndef WICI_CLIENT_SHEET_STYLE_H
#define WICI_CLIENT_SHEET_STYLE_H

/* clang-format off */
static const char sheet_style[] =
	"@page{size:A4;margin:0}\n"
	"*{box-sizing:border-box}\n"
	"html{background:#ecebe6;color:#000;font-family:'Source Serif 4',"
	"'Noto Serif',Palatino,'Palatino Linotype',Georgia,'DejaVu Serif',"
	"serif;font-size:11pt;line-height:1.4}\n"
	"body{margin:0}\n"
	"p,h1,h2,dl,dd,figure{margin:0;overflow-wrap:anywhere}\n"
	".page{position:relative;display:flex;flex-direction:column;"
	"width:210mm;min-height:297mm;margin:8mm auto;padding:24mm 26mm 17mm;"
	"background:#fff}\n"
	".page::before{content:'';position:absolute;inset:9mm;"
	"border:.35mm solid #000;outline:.15mm solid #000;"
	"outline-offset:-1.2mm;pointer-events:none}\n"
	".text{flex:1 1 auto;display:flex;flex-direction:column;"
	"text-align:center;min-height:0;overflow:hidden;padding-bottom:6mm}\n"
	".issuer{letter-spacing:.06em;font-size:11.5pt;margin-top:5mm}\n"
	".issuer::after{content:'';display:block;width:22mm;margin:6mm auto "
	"8mm;border-top:.25mm solid #000}\n"
	"h1{font-size:27pt;font-weight:normal;line-height:1.2;"
	"text-wrap:balance;margin-top:auto}\n"
	"h1::first-letter{text-transform:uppercase}\n"
	".given{font-style:italic;font-size:13pt;margin:8mm 0 3mm}\n"
	".holder{font-size:19pt;font-weight:bold;line-height:1.25;"
	"text-wrap:balance}\n"
	".for{font-size:13pt;margin-top:6mm;text-wrap:balance}\n"
	".years{font-size:14pt;margin-top:6mm}\n"
	".facts{display:flex;flex-wrap:wrap;justify-content:center;"
	"gap:3mm 13mm;margin:11mm 0 auto;font-size:10.5pt}\n"
	"dt{font-size:8.5pt;letter-spacing:.03em}\n"
	".check{flex:none;border-top:.25mm solid #000;padding-top:6mm}\n"
	".code{display:grid;grid-template-columns:auto 1fr;gap:0 6mm;"
	"align-items:center}\n"
	".code svg{display:block}\n"
	"h2{font-size:11pt;line-height:1.3;margin-bottom:1.5mm}\n"
	".code p,.said dd,.said dt{font-size:8.5pt;line-height:1.4}\n"
	".code p+p{margin-top:1.5mm}\n"
	".said{display:grid;grid-template-columns:auto 1fr;gap:.4mm 4mm;"
	"margin-top:3mm}\n"
	"code{font-family:'DejaVu Sans Mono','Noto Sans Mono',Consolas,"
	"monospace;font-size:.88em;overflow-wrap:anywhere}\n"
	".token{max-width:210mm;margin:0 auto 8mm;padding:6mm 26mm;"
	"background:#fff}\n"
	/* Long texts: all of them fit, in smaller letters. */
	".long h1{font-size:19pt}.long .holder{font-size:15pt}\n"
	".long .for,.long .years{font-size:11.5pt}\n"
	".longer h1{font-size:13pt}.longer .holder{font-size:12pt}\n"
	".longer .given,.longer .for,.longer .years,.longer .issuer"
	"{font-size:10pt;margin-top:3mm}\n"
	".longer .facts{margin-top:4mm;font-size:9pt}\n"
	".longest h1,.longest .holder{font-size:10pt}\n"
	".longest .given,.longest .for,.longest .years,.longest .issuer,"
	".longest .facts{font-size:8pt;margin-top:2mm;line-height:1.3}\n"
	".longer .issuer::after,.longest .issuer::after{margin:2mm auto}\n"
	"@media print{html{background:#fff}.token{display:none}"
	".page{margin:0;height:297mm;min-height:0;overflow:hidden;"
	"break-after:avoid}}\n"
	"@media screen and (max-width:220mm){.page{width:auto;min-height:0;"
	"margin:0;padding:15mm 8% 10mm}.page::before{inset:2mm}"
	".code{grid-template-columns:1fr;gap:4mm}.token{padding:6mm 8%}"
	"h1{font-size:20pt}.holder{font-size:15pt}}\n";
/* clang-format on */

#endif
