// tests/data/check.mjs — Does the data say what the five texts say, and nothing
// else? Every line is one JSON object in NFC; with facts.json at hand, every
// quote in it stands in the data, every quote in the data stands in it, and
// nobody is named who holds no public office.
//
//   node tests/data/check.mjs [FACTS]      exit 0: all of it holds
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const factsPath =
	process.argv[2] ?? path.join(here, '../../../shared/seed/facts.json');
const faults = [];

const clean = (s) => s.normalize('NFC').replaceAll('\u00a0', ' ').trim();

function readData() {
	const records = [];
	for (const name of fs.readdirSync(here, { recursive: true }).sort()) {
		if (!name.endsWith('.jsonl'))
			continue;
		const text = fs.readFileSync(path.join(here, name), 'utf8');
		text.trimEnd().split('\n').forEach((line, i) => {
			const where = `${name}:${i + 1}`;
			try {
				const body = JSON.parse(line);
				records.push({ where, name, line, body });
			} catch (e) {
				faults.push(`${where}: ${e.message}`);
			}
		});
	}
	return records;
}

// Calls visit(object) for every object inside, the outermost first.
function walk(value, visit) {
	if (value === null || typeof value !== 'object')
		return;
	if (!Array.isArray(value))
		visit(value);
	Object.values(value).forEach((v) => walk(v, visit));
}

function checkForm({ where, line, body }) {
	if (line !== line.normalize('NFC') || line.includes('\u00a0'))
		faults.push(`${where}: not NFC, or a hard space in it`);
	if (!body || typeof body !== 'object' || Array.isArray(body))
		faults.push(`${where}: not an object`);
	else if (!body.source_ref)
		faults.push(`${where}: no source_ref`);
}

// "FILE:LINE: the words", as source_ref has them.
function quotesOf(facts) {
	const quotes = new Set();
	walk(facts, (o) => {
		if (typeof o.quote === 'string')
			quotes.add(`${o.file}:${o.line}: ${clean(o.quote)}`);
	});
	return quotes;
}

function checkQuotes(records, facts) {
	const known = quotesOf(facts);
	const used = new Set();
	for (const { where, name, body } of records) {
		const cut = name.includes('certificate.') ? ' | ' : '\n';
		for (const quote of body.source_ref?.split(cut) ?? []) {
			used.add(quote);
			if (!known.has(quote))
				faults.push(`${where}: not in facts: ${quote}`);
		}
	}
	for (const quote of known)
		if (!used.has(quote))
			faults.push(`in no record: ${quote}`);
	return known.size;
}

function checkNames(records, facts) {
	const officials = new Set(facts.people
		.filter((p) => p.publicOfficial)
		.map((p) => `${p.name.value}, ${p.role.value}`));
	const institutions = new Set(facts.institutions
		.map((i) => i.name.value));
	for (const { where, body } of records) {
		for (const { name, role } of body.officials ?? [])
			if (!officials.has(`${name}, ${role}`))
				faults.push(`${where}: no official: ${name}`);
		const members = [body.holder, body.host, body.guest];
		walk(body, (o) => members.push(o.member));
		for (const member of members)
			if (member && !institutions.has(member))
				faults.push(`${where}: who is ${member}?`);
	}
}

const records = readData();
records.forEach(checkForm);
if (records.length === 0)
	faults.push('there is no data');
if (faults.length === 0 && fs.existsSync(factsPath)) {
	const facts = JSON.parse(fs.readFileSync(factsPath, 'utf8'));
	const count = checkQuotes(records, facts);
	checkNames(records, facts);
	console.log(`${records.length} records, ${count} quotes`);
} else if (faults.length === 0) {
	console.log(`${records.length} records; no facts.json to compare with`);
}
faults.forEach((f) => console.error(f));
process.exit(faults.length ? 1 : 0);
