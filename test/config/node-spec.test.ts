import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { showAddress } from '../../source/config/address.ts';
import {
	isBareWord,
	parseNodeSpec,
	rejectDuplicates,
	showSpec,
} from '../../source/config/node-spec.ts';
import { UserError } from '../../source/domain/errors.ts';

describe('parseNodeSpec', () => {
	it.each([
		['http://h:8545', 'h:8545', 'http://h:8545'],
		['https://h', 'h', 'https://h'],
		['http://h:80/rpc', 'h', 'http://h:80/rpc'],
		['https://h:443', 'h', 'https://h:443'],
		['HTTP://h:1', 'h:1', 'HTTP://h:1'],
		['v=http://h:8545/?a=b', 'v', 'http://h:8545/?a=b'],
		['http://h:8545/?a=b', 'h:8545', 'http://h:8545/?a=b'],
		['h:8545', 'h:8545', 'http://h:8545'],
		['node.example.org', 'node.example.org', 'http://node.example.org'],
		['localhost', 'localhost', 'http://localhost'],
		['v=h:8545', 'v', 'http://h:8545'],
		['tcp://10.0.0.1:9090', '10.0.0.1:9090', 'tcp://10.0.0.1:9090'],
		['tcp://10.0.0.1', '10.0.0.1', 'tcp://10.0.0.1'],
		['ws://h:8546', 'h:8546', 'ws://h:8546'],
		['unix:/run/qudag.sock', 'qudag.sock', 'unix:/run/qudag.sock'],
		['unix:///run/qudag.sock', 'qudag.sock', 'unix:/run/qudag.sock'],
		['v=unix:/run/q.sock', 'v', 'unix:/run/q.sock'],
		['host:', 'this-host', 'host:'],
		['host://local', 'this-host', 'host:'],
		['here=host:', 'here', 'host:'],
		['host:8545', 'host:8545', 'http://host:8545'],
		['[::1]:8545', '[::1]:8545', 'http://[::1]:8545'],
		['v=[fe80::1]:1', 'v', 'http://[fe80::1]:1'],
		['http://[2001:db8::7]', '[2001:db8::7]', 'http://[2001:db8::7]'],
		['http://u:p@h:1', 'h:1', 'http://u:p@h:1'],
		['two words=http://h:1', 'two words', 'http://h:1'],
		['https://h/v2/${KEY}', 'h', 'https://h/v2/${KEY}'],
		['v=${NODE_URL}', 'v', '${NODE_URL}'],
		['v=http://${HOST}:${PORT}', 'v', 'http://${HOST}:${PORT}'],
	])('reads %s', (spec, name, url) => {
		expect(parseNodeSpec(spec)).toEqual({ name, url });
	});

	it.each([
		['', 'the address is empty'],
		['=http://h:1', 'the name is empty'],
		['v=', 'the address is empty'],
		['a,b=http://h:1', 'may not hold "=" or ","'],
		[' v=http://h:1', 'blanks at its ends'],
		['http://h:99999', 'the port must be a number from 1 to 65535'],
		['h:0', 'the port must be a number from 1 to 65535'],
		['http://h:', 'the port must be a number from 1 to 65535'],
		['http://h:abc', 'the port must be a number from 1 to 65535'],
		['http://:8545', 'the host is missing'],
		['http://', 'the host is missing'],
		['http:///path', 'the host is missing'],
		['ftp://h', 'the scheme is not supported; use http://, https://'],
		['file:///etc/passwd', 'the scheme is not supported'],
		['host://elsewhere', 'the scheme is not supported'],
		['::1', 'write an IPv6 address in brackets'],
		['v=2001:db8::7', 'write an IPv6 address in brackets'],
		['http://[::g]:1', 'no IPv6 address'],
		['http://[::1:8545', 'this is no host:port'],
		['unix:', 'a socket needs its whole path'],
		['unix:run/q.sock', 'a socket needs its whole path'],
		['h 1:8545', 'an address may hold no blanks'],
		['http://h:1/\u001B[2J', 'an address may hold no blanks'],
		['http:/h:1', 'the port must be a number'],
		['${NODE_URL}', 'the node needs a name'],
		['http://${HOST}:1', 'the node needs a name'],
		['v=http://h/${1X}', 'write ${NAME}'],
		['v=http://h/${', 'write ${NAME}'],
	])('refuses %j', (spec, problem) => {
		expect(() => parseNodeSpec(spec)).toThrow(UserError);
		expect(() => parseNodeSpec(spec)).toThrow(problem);
	});

	const besideLog = (at: string) => ({
		url: `http://${at}:14002`,
		fallbackUrls: [`http://${at}:28967`],
	});
	const here = {
		url: 'http://localhost:14002',
		fallbackUrls: ['http://127.0.0.1:14002', 'http://localhost:28967'],
	};
	it.each([
		['Home:/var/log/node.log', 'Home', '/var/log/node.log', here],
		['Home:./node.log', 'Home', resolve('node.log'), here],
		['Home:../node.log', 'Home', resolve('../node.log'), here],
		['Home:~/node.log', 'Home', join(homedir(), 'node.log'), here],
		['Home=/var/log/node.log', 'Home', '/var/log/node.log', here],
		['My node 1:/a b/node.log', 'My node 1', '/a b/node.log', here],
		['Home:/a:b/node.log', 'Home', '/a:b/node.log', here],
		['Home:/n.log:http://10.0.0.5:14002', 'Home', '/n.log', { url: 'http://10.0.0.5:14002' }],
		['Home:/n.log:https://u:p@h/x', 'Home', '/n.log', { url: 'https://u:p@h/x' }],
		['Home:/n.log:http://[fd00::7]:14002', 'Home', '/n.log', { url: 'http://[fd00::7]:14002' }],
		['Home:/n.log:http://h/${KEY}', 'Home', '/n.log', { url: 'http://h/${KEY}' }],
		['Shed:192.168.1.77:9999', 'Shed', 'tcp://192.168.1.77:9999', besideLog('192.168.1.77')],
		['Shed:shed.lan:9999', 'Shed', 'tcp://shed.lan:9999', besideLog('shed.lan')],
		['Shed:[fd00::7]:9999', 'Shed', 'tcp://[fd00::7]:9999', besideLog('[fd00::7]')],
		['Shed:h:9999:http://h2:15002', 'Shed', 'tcp://h:9999', { url: 'http://h2:15002' }],
		['Shed:[::1]:9:http://[::1]:15002', 'Shed', 'tcp://[::1]:9', { url: 'http://[::1]:15002' }],
	])('reads %s as a storage node with its log', (spec, name, log, places) => {
		expect(parseNodeSpec(spec)).toEqual({ name, kind: 'storj', log, ...places });
	});

	it.each([
		['Bare:node.log', 'a log beside you is written with ./ in front'],
		['Win:C:\\storj\\node.log', 'only on Windows'],
		['V6:fd00::7:9999', 'write IPv6 in brackets'],
		['V6:[fd00::g]:9999', 'no IPv6 address'],
		['10.0.0.1:9999:14002', 'two ports follow the name, and no host'],
		['Shed:host:', 'port of the log must be a number'],
		['Shed:host:99999', 'port must be a number from 1 to 65535'],
		['Shed::9999', 'the host of the log is missing'],
		[':/var/log/node.log', 'the name is empty'],
		['Home:/var/log/', 'is a directory; give the file in it'],
		['Home:/n.log:http://', 'the host is missing'],
		['Home:/n.log:http://h:99999', 'the port must be a number'],
		['a,b:/n.log', 'may not hold'],
	])('refuses %s, and says how it is written', (spec, problem) => {
		expect(() => parseNodeSpec(spec)).toThrow(UserError);
		expect(() => parseNodeSpec(spec)).toThrow(problem);
	});

	it('shows a storage node as it would be written', () => {
		const { name, url, log } = parseNodeSpec('Shed:h:9999:http://u:p@h2:15002');
		const shown = showSpec({ name, url, log });
		expect(shown).toBe('Shed:h:9999:http://***@h2:15002/');
	});

	it.each([
		'http://u:hunter2@h:99999',
		'Home:/n.log:http://u:hunter2@h:99999',
		'u:hunter2@h:99999',
		'n=http://u:hun/hunter2@h:x',
		'ftp://u:hunter2@h',
	])('masks the credentials of %s in its complaint', (spec) => {
		expect(() => parseNodeSpec(spec)).toThrow(
			expect.objectContaining({ message: expect.not.stringContaining('hunter2') }),
		);
	});
});

describe('showAddress', () => {
	it.each([
		['http://h:8545/', 'http://h:8545/'],
		['v=http://u:p@h:1/', 'v=http://***@h:1/'],
		['http://h:1/?apiKey=abc&x=1', 'http://h:1/?apiKey=***&x=1'],
		['u:p@h:99999', '***@h:99999'],
		['http://u:p@ss/w@h:99999/?k=v', 'http://***@h:99999/?***'],
		['h\u001B]0;x\u0007:1', 'h:1'],
	])('shows %j as %j', (text, shown) => {
		expect(showAddress(text)).toBe(shown);
	});
});

describe('isBareWord', () => {
	it.each([
		['validator', true],
		['8545', true],
		['localhost', false],
		['h:1', false],
		['a.b', false],
		['[::1]', false],
		['v=x', false],
		['${URL}', false],
	])('%s: %s', (word, isBare) => {
		expect(isBareWord(word)).toBe(isBare);
	});
});

describe('rejectDuplicates', () => {
	it('names the name and the place', () => {
		const nodes = [parseNodeSpec('h:1/a'), parseNodeSpec('h:1/b')];
		expect(() => {
			rejectDuplicates(nodes, 'the command line');
		}).toThrow('the command line: two nodes have the name "h:1"');
	});
});
