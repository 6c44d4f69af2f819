// tests/e2e/rpc/client.mjs: a client of wicid that shares no line of code with
// it: msgpack-rpc-lite from npm on the control socket.
//
//   node client.mjs SOCKET
//
// First calls as its authors meant them; then what no client should send:
// garbage, a request larger than 1 MiB, one that never ends. Exit 0 only when
// all of it was answered, or refused, as INTERFACES says.
import assert from 'node:assert/strict'
import net from 'node:net'
import msgpack from 'msgpack-lite'
import rpc from 'msgpack-rpc-lite'

const path = process.argv[2]
const TIMEOUT_MS = 60000
const MIB = 1024 * 1024

setTimeout(() => {
  console.error('rpc client: nothing more came')
  process.exit(1)
}, TIMEOUT_MS).unref()

// What wicid answers to raw bytes until it hangs up, or two quiet seconds.
function raw (chunks) {
  return new Promise(resolve => {
    const got = []
    let timer
    const socket = net.connect({ path })
    const finish = closed => {
      clearTimeout(timer)
      socket.destroy()
      resolve({ closed, said: Buffer.concat(got) })
    }
    socket.on('connect', () => {
      for (const chunk of chunks) socket.write(chunk)
      timer = setTimeout(finish, 2000, false)
    })
    socket.on('data', data => got.push(data))
    socket.on('error', () => {})
    socket.on('close', () => finish(true))
  })
}

// The error a request is refused with.
async function refusal (promise) {
  try {
    await promise
  } catch (error) {
    return error
  }
  return assert.fail('it was not refused')
}

async function served () {
  const client = new rpc.Client({ path })
  const [status] = await client.request('status.get', {})
  assert.equal(typeof status.version, 'string')
  assert.equal(status.sealed, false)

  // The bare form of the parameters: no map at all.
  const [version] = await client.request('version.get')
  assert.equal(version.version, status.version)

  const [added] = await client.request('record.add', {
    kind: 'practice.publish', body: { title: 'Od obcego klienta' }
  })
  assert.match(added.id, /^[0-9a-f]{64}$/)
  const [shown] = await client.request('record.show', { id: added.id })
  assert.equal(shown.body.title, 'Od obcego klienta')

  // Many at once come back each to its own.
  const many = await Promise.all(Array.from({ length: 50 }, (_, i) =>
    client.request('record.show', { id: i % 2 ? added.id : 'ffffffff' })
      .then(([r]) => r.id, e => e.code)))
  assert.deepEqual(many, Array.from({ length: 50 }, (_, i) =>
    i % 2 ? added.id : 'not_found'))

  const unknown = await refusal(client.request('no.such', {}))
  assert.equal(unknown.code, 'usage')
  const field = await refusal(client.request('record.show',
    { id: added.id, colour: 'red' }))
  assert.equal(field.code, 'unknown_field')
  assert.equal(field.field, 'colour')
  const type = await refusal(client.request('record.list', { limit: 'ten' }))
  assert.equal(type.code, 'bad_field')
  assert.equal(type.field, 'limit')

  // Notifications only after events.watch; then a record of one's own comes.
  const watcher = new rpc.Client({ path })
  const events = []
  watcher.on('data:undefined', message => events.push(message))
  await watcher.request('events.watch', {})
  await client.request('record.add', {
    kind: 'practice.publish', body: { title: 'Zdarzenie' }
  })
  while (!events.some(e => e.method === 'record.new')) {
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  watcher.close()
  client.close()
  console.log('served: calls, errors with their fields, 50 at once, events')
}

// Valid MessagePack that is not the shortest is fine here (INTERFACES).
async function lenient () {
  const long = Buffer.from('940000', 'hex') // [0, msgid 0, ...
  const method = Buffer.concat([Buffer.from('da000a', 'hex'),
    Buffer.from('status.get')]) // a str16 for ten bytes
  const params = Buffer.from('dc0001de0000', 'hex') // array16 of map16 {}
  const whole = Buffer.concat([long, method, params])
  const bytewise = Array.from(whole, b => Buffer.from([b]))
  const { said } = await raw(bytewise)
  const [kind, id, error, result] = msgpack.decode(said)
  assert.deepEqual([kind, id, error], [1, 0, null])
  assert.equal(typeof result.version, 'string')
  console.log('lenient: a long encoding, byte by byte, is served')
}

async function refused () {
  for (const [what, chunks] of Object.entries({
    garbage: [Buffer.from('c1c1c1c1', 'hex')],
    'HTTP': [Buffer.from('GET / HTTP/1.1\r\n\r\n')],
    'an array that is no request': [msgpack.encode([9, 9, 9])],
    'too deep': [Buffer.alloc(4000, 0x91)],
    'larger than 1 MiB': [msgpack.encode([0, 1, 'record.add',
      [{ kind: 'practice.publish', body: { text: 'x'.repeat(2 * MIB) } }]])],
    'a length of 4 GiB': [Buffer.from('940001c6ffffffff', 'hex'),
      ...Array.from({ length: 40 }, () => Buffer.alloc(64 * 1024))]
  })) {
    const { closed, said } = await raw(chunks)
    assert.ok(closed || said.length, `${what}: neither answer nor end`)
    if (said.length) {
      const [kind, , error] = msgpack.decode(said)
      assert.equal(kind, 1, what)
      assert.equal(typeof error.code, 'string', what)
    }
  }
  // It is none the worse for that.
  const client = new rpc.Client({ path })
  const [status] = await client.request('status.get', {})
  assert.equal(status.sealed, false)
  client.close()
  console.log('refused: garbage, HTTP, depth, 2 MiB, a length of 4 GiB')
}

await served()
await lenient()
await refused()
process.exit(0)
