import { type buildConnector, type Dispatcher, Pool } from 'undici'

/** What is known of the connections to one server. */
export interface Lines {
  /** For undici's `factory`. Each connection, of HTTP/2 too, carries one request at a time: of several that undici lets share one, all but the first hang once the server says that it ends it (GOAWAY). */
  readonly factory: (origin: string | URL, options: object) => Dispatcher
  /** Of the connection that was made last. */
  version(): 'HTTP/1.1' | 'HTTP/2'
}

export function createLines(): Lines {
  let version: ReturnType<Lines['version']> = 'HTTP/1.1'
  // undici's own cache holds sessions of TLS weakly: without this most are gone when they are wanted.
  const held: { session?: Buffer } = {}

  const watching =
    (connect: buildConnector.connector): buildConnector.connector =>
    (asked, done) =>
      connect(asked, (...[error, socket]) => {
        if (error) return done(error, null)
        version = 'alpnProtocol' in socket && socket.alpnProtocol === 'h2' ? 'HTTP/2' : 'HTTP/1.1'
        socket.on('session', (made: Buffer) => {
          held.session = made
        })
        return done(null, socket)
      })

  return {
    factory(origin, options) {
      const { connect } = options as { readonly connect: buildConnector.connector }
      return new Pool(origin, { ...options, connect: watching(connect) })
    },
    version: () => version,
  }
}
