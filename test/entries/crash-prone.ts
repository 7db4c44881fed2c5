import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';

/**
 * A node that ends in every way that a node can. Its arguments: `--die HOW` when it was started, `--dies N` only the
 * first N starts (counted in `--count FILE`), `--port P` answers JSON-RPC, `--args FILE` writes down what it was given,
 * `--lines N` writes lines, `--stubborn` takes no notice of SIGTERM, `--lingers` ends after it only at SIGUSR2, `--datadir DIR` refuses to run twice there.
 */
const args = process.argv.slice(2);
const value = (name: string) => args[args.indexOf(name) + 1] ?? '';
const has = (name: string) => args.includes(name);

if (has('--args')) writeFileSync(value('--args'), JSON.stringify(args));
if (has('--count')) appendFileSync(value('--count'), `${process.pid}\n`);
const starts = has('--count') ? readFileSync(value('--count'), 'utf8').split('\n').length - 1 : 1;
if (has('--datadir')) claim(`${value('--datadir')}/running`);

const isDying = has('--die') && (!has('--dies') || starts <= Number(value('--dies')));
const ways: Readonly<Record<string, () => void>> = {
	code: () => process.exit(3),
	clean: () => process.exit(0),
	kill: () => process.kill(process.pid, 'SIGKILL'),
	segv: () => process.kill(process.pid, 'SIGSEGV'),
	disk: () => {
		process.stderr.write(
			'ERROR Low disk space. Gracefully shutting down Geth to prevent database corruption.\n',
		);
		process.exit(0);
	},
	port: () => {
		process.stderr.write('Fatal: listen tcp 0.0.0.0:30303: bind: address already in use\n');
		process.exit(1);
	},
	lock: () => {
		process.stderr.write('Fatal: datadir already used by another process\n');
		process.exit(1);
	},
	flag: () => {
		process.stderr.write('flag provided but not defined: -mine\n');
		process.exit(1);
	},
};
if (isDying) ways[value('--die')]?.();

for (let index = 0; has('--lines') && index < Number(value('--lines')); index += 1)
	process.stdout.write(`line ${index}\n`);
process.on('SIGTERM', () => {
	process.stdout.write('got SIGTERM\n');
	if (!has('--stubborn') && !has('--lingers')) process.exit(0);
});
process.on('SIGUSR2', () => process.exit(0));
if (has('--port')) answerAt(Number(value('--port')));
process.stdout.write(`ready ${args.join(' ')}\n`);
setInterval(() => undefined, 60_000);

/** Two at once in one directory is what must never be. */
function claim(file: string): void {
	const other = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
	if (other > 0 && other !== process.pid && isAlive(other))
		appendFileSync(`${file}.twice`, `${other} ${process.pid}\n`);
	writeFileSync(file, String(process.pid));
}

function isAlive(pid: number): boolean {
	try {
		const status = readFileSync(`/proc/${pid}/stat`, 'utf8');
		return !/\) [ZX] /.test(status);
	} catch {
		return false;
	}
}

function answerAt(port: number): void {
	const answers: Readonly<Record<string, unknown>> = {
		eth_syncing: false,
		eth_blockNumber: '0x10',
		net_peerCount: has('--lonely') ? '0x0' : '0x3',
		web3_clientVersion: 'Crash/v1.2.3',
		net_version: '1001',
	};
	createServer((request, response) => {
		let body = '';
		request.setEncoding('utf8').on('data', (text: string) => (body += text));
		request.on('end', () => {
			const { id, method } = JSON.parse(body) as { id: number; method: string }; // A supervisor of ours.
			response.end(JSON.stringify({ jsonrpc: '2.0', id, result: answers[method] ?? null }));
		});
	}).listen(port, '127.0.0.1');
}
