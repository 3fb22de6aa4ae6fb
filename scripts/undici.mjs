// What is used of undici, for the bundle: its own index loads fetch, web sockets and caches too, which takes as long as Node itself.
import connect from 'undici/lib/api/api-connect.js'
import buildConnector from 'undici/lib/core/connect.js'
import Agent from 'undici/lib/dispatcher/agent.js'
import Dispatcher from 'undici/lib/dispatcher/dispatcher.js'
import EnvHttpProxyAgent from 'undici/lib/dispatcher/env-http-proxy-agent.js'
import Pool from 'undici/lib/dispatcher/pool.js'

// As its index does; proxies need it.
Dispatcher.prototype.connect = connect

export { Agent, buildConnector, EnvHttpProxyAgent, Pool }
