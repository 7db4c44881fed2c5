import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createAppendedFile, createReplacedFile } from '../../source/export/output-file.ts';

let directory: string;
beforeEach(() => {
	directory = mkdtempSync(path.join(tmpdir(), 'nodetop-export-'));
});
afterEach(() => {
	rmSync(directory, { recursive: true });
});

const read = (name: string) => readFileSync(path.join(directory, name), 'utf8');
const line = (number: number) => `${String(number).padStart(9, '0')}\n`;

test('a file that grows is rotated before it passes its size, and so many old ones are kept', () => {
	const file = createAppendedFile(path.join(directory, 'out'), {
		maxBytes: 35,
		keep: 2,
		hasHeading: false,
	});
	for (let number = 0; number < 11; number += 1) file.write(line(number));
	expect(readdirSync(directory).toSorted()).toEqual(['out', 'out.1', 'out.2']);
	expect(read('out')).toBe(line(9) + line(10));
	expect(read('out.1')).toBe(line(6) + line(7) + line(8));
	expect(read('out.2')).toBe(line(3) + line(4) + line(5));
});

test('a text that is larger than a file has one of its own, and is never split', () => {
	const file = createAppendedFile(path.join(directory, 'out'), {
		maxBytes: 15,
		keep: 1,
		hasHeading: false,
	});
	file.write(line(1));
	file.write('x'.repeat(100));
	file.write(line(2));
	expect(read('out.1')).toBe('x'.repeat(100));
	expect(read('out')).toBe(line(2));
});

test('without old files, a full one begins anew', () => {
	const file = createAppendedFile(path.join(directory, 'out'), {
		maxBytes: 15,
		keep: 0,
		hasHeading: false,
	});
	file.write(line(1));
	file.write(line(2));
	expect(readdirSync(directory)).toEqual(['out']);
	expect(read('out')).toBe(line(2));
});

test('every file has the heading once, also one that was begun by an earlier run', () => {
	const options = { maxBytes: 27, keep: 5, hasHeading: true };
	const out = path.join(directory, 'out');
	createAppendedFile(out, options).write(`head\r\n${line(1)}`);
	const file = createAppendedFile(out, options);
	file.write(`head\r\n${line(2)}`);
	file.write(`head\r\n${line(3)}`);
	expect(read('out.1')).toBe(`head\r\n${line(1)}${line(2)}`);
	expect(read('out')).toBe(`head\r\n${line(3)}`);
});

test('a file that is replaced holds the newest text only, and leaves nothing beside it', () => {
	const file = createReplacedFile(path.join(directory, 'out'));
	file.write('one');
	file.write('two');
	expect(readdirSync(directory)).toEqual(['out']);
	expect(read('out')).toBe('two');
	expect(() => {
		createReplacedFile(path.join(directory, 'missing', 'out')).write('x');
	}).toThrow('ENOENT');
});
