// tests/e2e/jose/verify.mjs: jose accepts a QR token, and refuses each variant
// of it.
//
//   node verify.mjs TOKENKEYFILE TOKEN OUTDIR
//
// Into OUTDIR go key.pem and, of the token ("genuine") and of each variant, NAME
// (the text), NAME.in and NAME.sig (what is signed, and the signature); the list
// says what others shall find:
//
//   NAME VERDICT-WITH-THE-GRANT VERDICT-WITH-THE-LIST OPENSSL(ok|bad)
import {createHmac, createPrivateKey, createPublicKey, generateKeyPairSync,
	sign} from 'node:crypto';
import {readFileSync, writeFileSync} from 'node:fs';
import {jwtVerify} from 'jose';

const [keyFile, token, dir] = process.argv.slice(2);
const lines = readFileSync(keyFile, 'utf8').split('\n');
const hex = (word) => Buffer.from(
	lines.find((l) => l.startsWith(word + ' ')).slice(word.length + 1), 'hex');
const raw = hex('key');
const x = raw.toString('base64url');
const key = createPublicKey({format: 'jwk',
	key: {kty: 'OKP', crv: 'Ed25519', x}});
const secret = createPrivateKey({format: 'jwk',
	key: {kty: 'OKP', crv: 'Ed25519', x, d: hex('seed').toString('base64url')}});
const kid = raw.subarray(0, 8).toString('hex');

const b64 = (v) => Buffer.from(typeof v === 'string' ? v : JSON.stringify(v))
	.toString('base64url');
const parts = token.split('.');
const header = JSON.parse(Buffer.from(parts[0], 'base64url'));
const payload = JSON.parse(Buffer.from(parts[1], 'base64url'));

// As whoever wrote the variant could: with the token key, too.
function signed(h, p, by = secret) {
	const input = `${b64(h)}.${b64(p)}`;
	return `${input}.${sign(null, Buffer.from(input), by).toString('base64url')}`;
}

async function accepts(text) {
	try {
		await jwtVerify(text, (h) => {
			if (h.kid !== kid)
				throw new Error('unknown kid');
			return key;
		}, {algorithms: ['EdDSA'], typ: 'wici-cert+jwt'});
		return true;
	} catch {
		return false;
	}
}

// A byte of the decoded part is another one.
function flip(part, at) {
	const bytes = Buffer.from(parts[part], 'base64url');
	bytes[at] ^= 1;
	const copy = [...parts];
	copy[part] = bytes.toString('base64url');
	return copy.join('.');
}

const BAD = 'BAD_SIGNATURE';
const UNKNOWN = 'UNKNOWN_ISSUER';
const other = generateKeyPairSync('ed25519');
const otherKid = Buffer.from(other.publicKey.export({format: 'jwk'}).x,
	'base64url').subarray(0, 8).toString('hex');
const none = {...header, alg: 'none'};
const hs = {...header, alg: 'HS256'};
const hsInput = `${b64(hs)}.${parts[1]}`;
const {sub, nbf, exp} = payload;
const variants = [
	// What was signed, or the signature, is no longer what it was.
	['payload-byte', flip(1, 45), BAD, BAD, 'bad'],
	['jti-byte', flip(1, 12), BAD, BAD, 'bad'],
	['header-byte', flip(0, 10), BAD, BAD, 'bad'],
	['signature-byte', flip(2, 33), BAD, BAD, 'bad'],
	['truncated', token.slice(0, -1), BAD, BAD, 'bad'],
	['half-a-signature', token.slice(0, -43), BAD, BAD, 'bad'],
	['no-signature', `${parts[0]}.${parts[1]}.`, BAD, BAD, 'bad'],
	['alg-none', `${b64(none)}.${parts[1]}.`, BAD, BAD, 'bad'],
	['alg-none-signed', `${b64(none)}.${parts[1]}.${parts[2]}`, BAD, BAD,
		'bad'],
	['hs256-by-the-public-key', `${hsInput}.` + createHmac('sha256', raw)
		.update(hsInput).digest('base64url'), BAD, BAD, 'bad'],
	['holder-renamed', `${parts[0]}.${b64({...payload, sub: sub + ' 2'})}.` +
		parts[2], BAD, BAD, 'bad'],
	['extended', `${parts[0]}.${b64({...payload, exp: exp + 86400 * 365})}.` +
		parts[2], BAD, BAD, 'bad'],
	['unknown-kid', `${b64({...header, kid: otherKid})}.${parts[1]}.` +
		parts[2], UNKNOWN, UNKNOWN, 'bad'],
	['another-key', signed(header, payload, other.privateKey), BAD, BAD, 'bad'],
	['another-key-and-kid', signed({...header, kid: otherKid}, payload,
		other.privateKey), UNKNOWN, UNKNOWN, 'bad'],
	['kid-in-capitals-or-longer', signed({...header, kid: kid + '00'},
		payload), BAD, BAD, 'ok'],
	// Signed by the token key itself, and still no token, or not of this
	// grant: openssl looks at the signature alone.
	['unknown-crit', signed({...header, crit: ['x'], x: 1}, payload), BAD, BAD,
		'ok'],
	['wrong-typ', signed({...header, typ: 'JWT'}, payload), BAD, BAD, 'ok'],
	['alg-ed25519', signed({...header, alg: 'Ed25519'}, payload), BAD, BAD,
		'ok'],
	['expired', signed(header, {...payload, nbf: 1577833200,
		exp: 1609455600}), BAD, 'EXPIRED', 'ok'],
	['not-yet', signed(header, {...payload, nbf: 4070905200,
		exp: 4102441200}), BAD, 'NOT_YET_VALID', 'ok'],
];
// Of these jose takes the form, and wici does not.
const spellings = [
	['another-member', signed(header, {...payload, x: 1}), BAD, BAD, 'ok'],
	['another-order', signed(header, {sub, ...payload}), BAD, BAD, 'ok'],
	['twice', signed(header, JSON.stringify(payload).replace('{',
		`{"sub":${JSON.stringify(sub)},`)), BAD, BAD, 'ok'],
	['white-space', signed(header, JSON.stringify(payload, null, 1)), BAD, BAD,
		'ok'],
	['off-midnight', signed(header, {...payload, nbf: nbf + 1}), BAD, BAD, 'ok'],
	['another-number', signed(header, {...payload, nr: '13/2022'}), BAD,
		'STALE', 'ok'],
	['another-grant', signed(header, {...payload,
		jti: 'AAAAAAAAAAAAAAAAAAAAAA'}), 'NOT_FOUND', 'STALE', 'ok'],
];

let failed = 0;
const list = [];
function write(name, text) {
	const at = text.lastIndexOf('.');
	writeFileSync(`${dir}/${name}`, text);
	writeFileSync(`${dir}/${name}.in`, text.slice(0, at));
	writeFileSync(`${dir}/${name}.sig`,
		Buffer.from(text.slice(at + 1), 'base64url'));
}
async function check(name, text, wanted) {
	const got = await accepts(text);
	if (got !== wanted) {
		console.error(`jose ${got ? 'accepts' : 'refuses'} ${name}`);
		failed++;
	}
}

writeFileSync(`${dir}/key.pem`, key.export({type: 'spki', format: 'pem'}));
write('genuine', token);
await check('genuine', token, true);
for (const [name, text, grant, offline, openssl] of variants) {
	await check(name, text, false);
	write(name, text);
	list.push(`${name} ${grant} ${offline} ${openssl}`);
}
for (const [name, text, grant, offline, openssl] of spellings) {
	write(name, text);
	list.push(`${name} ${grant} ${offline} ${openssl}`);
}
writeFileSync(`${dir}/list`, list.join('\n') + '\n');
console.log(`${JSON.stringify(payload)}: accepted, ` +
	`${variants.length} variants refused`);
process.exit(failed ? 1 : 0);
