// Delivering with ws or socket.io: what is posted goes to every socket, and nothing is kept.
import { createServer } from 'node:http'
import { Server } from 'socket.io'
import { WebSocketServer } from 'ws'

const sockets = new Set()
let send
const server = createServer((req, res) => {
  const parts = []
  req.on('data', (part) => parts.push(part))
  req.on('end', () => {
    if (req.method === 'POST') send(JSON.parse(Buffer.concat(parts).toString()))
    res.writeHead(200, { 'content-type': 'application/json', 'content-length': 2 }).end('{}')
  })
})
if (process.argv[2] === 'ws') {
  const wss = new WebSocketServer({ server, path: '/ws', perMessageDeflate: false })
  wss.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  send = (message) => {
    const frame = Buffer.from(JSON.stringify({ type: 'message', ...message }))
    for (const socket of sockets) socket.send(frame, { binary: false })
  }
} else {
  const io = new Server(server, { transports: ['websocket'], perMessageDeflate: false, pingInterval: 600000 })
  send = (message) => io.emit('message', message)
}
server.listen(Number(process.env.PORT), '127.0.0.1')
