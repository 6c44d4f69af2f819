// tests/e2e/noise/peer.mjs: a peer of wicid that shares no line of code with it.
//
//   node peer.mjs HOST PORT NETWORKID_HEX initiator|responder
//
// Preamble, Noise XX by the npm package noise-handshake, then the proof of the
// feed key (PROTOCOL §3.4) by node's own Ed25519. As initiator it dials wicid,
// proves a feed that nobody knows and must decrypt what wicid says to that:
// ASK_OPEN or REFUSE. As responder it listens (PORT 0: any; the line
// "listening PORT" tells) and must decrypt and verify wicid's own proof.
// Exit 0 only when all of it held; one line says what.
import crypto from 'node:crypto'
import net from 'node:net'
import Cipher from 'noise-handshake/cipher.js'
import Noise from 'noise-handshake'

const REFUSE = 0
const AUTH = 2
const ASK_OPEN = 4
const NOT_MEMBER = 37
const SPKI = Buffer.from('302a300506032b6570032100', 'hex') // RFC 8410.
const TIMEOUT_MS = 30000

const [host, port, networkHex, role] = process.argv.slice(2)

function fail (text) {
  console.error(`noise peer: ${text}`)
  process.exit(1)
}

function check (is, text) {
  if (!is) fail(text)
}

if (!/^[0-9a-f]{64}$/i.test(networkHex ?? '') || !/^\d+$/.test(port ?? '') ||
    !['initiator', 'responder'].includes(role)) {
  console.error('usage: peer.mjs HOST PORT NETWORKID_HEX initiator|responder')
  process.exit(2)
}
const network = Buffer.from(networkHex, 'hex')
const magic = Buffer.from('wici\x01', 'latin1')
const preamble = Buffer.concat([magic, network.subarray(0, 8)])
const prologue = Buffer.concat([magic, network])

// Whole pieces out of a stream.
class Wire {
  constructor (socket) {
    this.socket = socket
    this.buffer = Buffer.alloc(0)
    this.waiting = null
    socket.on('data', data => {
      this.buffer = Buffer.concat([this.buffer, data])
      this.serve()
    })
    socket.on('error', err => fail(err.message))
    socket.on('close', () => {
      if (this.waiting) fail(`closed, waiting for ${this.waiting.what}`)
    })
  }

  take (n, what) {
    return new Promise(resolve => {
      this.waiting = { n, what, resolve }
      this.serve()
    })
  }

  serve () {
    if (!this.waiting || this.buffer.length < this.waiting.n) return
    const { n, resolve } = this.waiting
    const piece = Buffer.from(this.buffer.subarray(0, n))
    this.waiting = null
    this.buffer = this.buffer.subarray(n)
    resolve(piece)
  }

  async frame (what) {
    const head = await this.take(2, what)
    return this.take(head.readUInt16BE(), what)
  }

  send (frame) {
    const head = Buffer.alloc(2)
    head.writeUInt16BE(frame.length)
    this.socket.write(Buffer.concat([head, frame]))
  }
}

async function readPreamble (wire) {
  const theirs = await wire.take(13, 'a preamble')
  check(theirs.subarray(0, 4).toString('latin1') !== 'wic!',
    `refused in clear, code ${theirs.readUInt16BE(5)}`)
  check(theirs.equals(preamble), `another preamble: ${theirs.toString('hex')}`)
}

async function readNoise (wire, noise, len) {
  const message = await wire.frame(`a handshake message of ${len}`)
  check(message.length === len, `a handshake message of ${message.length}`)
  check(noise.recv(message).length === 0, 'a payload in the handshake')
}

// XX: -> e   <- e, ee, s, es   -> s, se
async function handshake (wire, isInitiator) {
  const noise = new Noise('XX', isInitiator)

  noise.initialise(prologue)
  if (isInitiator) {
    wire.socket.write(preamble)
    await readPreamble(wire)
    wire.send(noise.send())
    await readNoise(wire, noise, 96)
    wire.send(noise.send())
  } else {
    await readPreamble(wire)
    wire.socket.write(preamble)
    await readNoise(wire, noise, 32)
    wire.send(noise.send())
    await readNoise(wire, noise, 64)
  }
  check(noise.complete, 'the handshake is not complete')
  // The copies are ours: the package may wipe or share its own.
  return {
    hash: Buffer.from(noise.hash),
    tx: new Cipher(Buffer.from(noise.tx)),
    rx: new Cipher(Buffer.from(noise.rx))
  }
}

// What the feed key signs: domain, network, role, handshake hash, number.
function proofText (isInitiator, hash, number) {
  const domain = Buffer.alloc(16)
  domain.write('wici/session/1')
  return Buffer.concat([domain, network, Buffer.from([isInitiator ? 0 : 1]),
    hash, number])
}

function drawnAuth (hash) {
  const { publicKey, privateKey } = crypto.generateKeyPairSync('ed25519')
  const feed = publicKey.export({ type: 'spki', format: 'der' })
    .subarray(SPKI.length)
  const number = crypto.randomBytes(8)
  const sig = crypto.sign(null, proofText(true, hash, number), privateKey)
  return Buffer.concat([Buffer.from([AUTH]), feed, number, sig])
}

function verifyAuth (message, hash) {
  check(message.length === 105 && message[0] === AUTH, 'not an AUTH message')
  const feed = message.subarray(1, 33)
  const key = crypto.createPublicKey({
    key: Buffer.concat([SPKI, feed]), format: 'der', type: 'spki'
  })
  const text = proofText(true, hash, message.subarray(33, 41))
  check(crypto.verify(null, text, key, message.subarray(41)),
    "wicid's proof of its feed key does not verify")
  return feed.toString('hex')
}

function refuseText (message) {
  const text = message.subarray(3)
  check(message.length >= 3 && text.length <= 200, 'a malformed REFUSE')
  return `REFUSE ${message.readUInt16BE(1)} "${text.toString('utf8')}"`
}

async function decrypted (wire, rx, what) {
  const frame = await wire.frame(what)
  check(frame.length > 16, 'a frame without a message')
  return Buffer.from(rx.decrypt(frame))
}

async function asInitiator (socket) {
  const wire = new Wire(socket)
  const { hash, tx, rx } = await handshake(wire, true)

  wire.send(tx.encrypt(drawnAuth(hash)))
  const answer = await decrypted(wire, rx, 'an answer to AUTH')
  if (answer[0] === ASK_OPEN) check(answer.length === 1, 'a long ASK_OPEN')
  else check(answer[0] === REFUSE, `an answer of type ${answer[0]}`)
  const said = answer[0] === ASK_OPEN ? 'ASK_OPEN' : refuseText(answer)
  console.log(`initiator: Noise XX with wicid, AUTH sent, ${said} decrypted`)
}

async function asResponder (socket) {
  const wire = new Wire(socket)
  const { hash, tx, rx } = await handshake(wire, false)

  const feed = verifyAuth(await decrypted(wire, rx, 'AUTH'), hash)
  const refusal = Buffer.from([REFUSE, 0, NOT_MEMBER])
  wire.send(tx.encrypt(Buffer.concat([refusal, Buffer.from('only a test')])))
  console.log(`responder: Noise XX with wicid, feed ${feed} proved`)
}

// Until what was written is on its way, then out.
function finish (socket) {
  socket.end(() => process.exit(0))
}

setTimeout(() => fail('nothing more came'), TIMEOUT_MS)
process.on('uncaughtException', err => fail(err.message))
process.on('unhandledRejection', err => fail(err.message))
if (role === 'initiator') {
  const socket = net.connect(Number(port), host, () =>
    asInitiator(socket).then(() => finish(socket)))
  socket.on('error', err => fail(err.message))
} else {
  const server = net.createServer(socket => {
    server.close()
    asResponder(socket).then(() => finish(socket))
  })
  server.on('error', err => fail(err.message))
  server.listen(Number(port), host, () =>
    console.log(`listening ${server.address().port}`))
}
