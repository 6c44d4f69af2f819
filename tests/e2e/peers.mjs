// tests/e2e/peers.mjs: bad company for a wicid on 127.0.0.1.
//
//   node peers.mjs PORT NETWORKID_HEX WHAT
//
// Each WHAT is a way to misbehave before anybody knows who one is. Exit 0 when
// wicid hung up, and soon enough; what it said in clear is printed.
import crypto from 'node:crypto'
import net from 'node:net'

const [port, networkHex, what] = process.argv.slice(2)
const HANDSHAKE_MS = 5000 // PROTOCOL §3.5.
const network = Buffer.from(networkHex, 'hex').subarray(0, 8)
const preamble = Buffer.concat([Buffer.from('wici\x01', 'latin1'), network])

function framed (length, body) {
  const head = Buffer.alloc(2)
  head.writeUInt16BE(length)
  return Buffer.concat([head, body])
}

// Sends it all, never hangs up by itself; what came and how long it took.
function tell (bytes, patience) {
  return new Promise(resolve => {
    const from = Date.now()
    const got = []
    const socket = net.connect(Number(port), '127.0.0.1')
    const timer = setTimeout(() => {
      console.log('wicid still listens')
      process.exit(1)
    }, patience)
    socket.on('connect', () => bytes.length && socket.write(bytes))
    socket.on('data', data => got.push(data))
    socket.on('error', () => {})
    socket.on('close', () => {
      clearTimeout(timer)
      resolve({ ms: Date.now() - from, said: Buffer.concat(got) })
    })
  })
}

const other = Buffer.concat([preamble.subarray(0, 5), crypto.randomBytes(8)])
const newer = Buffer.concat([Buffer.from('wici\x09', 'latin1'), network])
const ways = {
  garbage: () => [crypto.randomBytes(400)],
  version: () => [newer],
  network: () => [other],
  oversized: () => [preamble, framed(65535, crypto.randomBytes(4000))],
  zero: () => [preamble, framed(0, Buffer.alloc(0))],
  handshake: () => [preamble, framed(32, crypto.randomBytes(32)),
    framed(64, crypto.randomBytes(64))],
  slow: () => [preamble],
  half: () => [preamble.subarray(0, 3)]
}

async function flood () {
  const all = []
  for (let i = 0; i < 300; i++) all.push(tell(crypto.randomBytes(64), 20000))
  await Promise.all(all)
  console.log('300 were sent away')
}

async function crowd () {
  const all = []
  for (let i = 0; i < 200; i++) all.push(tell(preamble, 20000))
  setTimeout(() => console.log('crowded'), 500)
  await Promise.all(all)
  console.log('200 were sent away')
}

if (what === 'flood') await flood()
else if (what === 'crowd') await crowd()
else {
  const isSlow = what === 'slow' || what === 'half'
  const { ms, said } = await tell(Buffer.concat(ways[what]()), 15000)
  console.log(`${what}: closed after ${ms} ms, ${said.toString('latin1')}`)
  if (isSlow && (ms < HANDSHAKE_MS - 1000 || ms > HANDSHAKE_MS + 3000)) {
    console.log('not when PROTOCOL says')
    process.exit(1)
  }
  if (!isSlow && ms > HANDSHAKE_MS - 1000) {
    console.log('only by the timeout')
    process.exit(1)
  }
}
