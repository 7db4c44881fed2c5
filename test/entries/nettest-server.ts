import { createServer } from 'node:http';

/** A node beyond a link: answers at once, and serves test transfers. Prints that it listens. */
const [host = '127.0.0.1', port = '0'] = process.argv.slice(2);

createServer((request, response) => {
	const url = new URL(request.url ?? '/', 'http://node');
	if (url.pathname === '/api/v1/nettest/download') {
		response.end(Buffer.alloc(Number(url.searchParams.get('bytes'))));
		return;
	}
	request.resume();
	request.once('end', () => response.end('ok'));
}).listen(Number(port), host, () => {
	process.stdout.write('listening\n');
});
