import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { replay } from '../../../source/commands/replay/replay.ts';
import { UserError } from '../../../source/domain/errors.ts';
import { squeeze } from '../../../source/history/codec/squeeze.ts';
import { runCommand } from '../command-run.ts';

const example = readFileSync(new URL('../../../examples/partition.nodetop', import.meta.url));
const magic = 'nodetop-recording/1\n';
const directory = mkdtempSync(join(tmpdir(), 'nodetop-hostile-'));
const env = { HOME: directory };
let count = 0;

/** What `replay --once --json` does with these bytes. */
async function replayed(bytes: Uint8Array) {
	count += 1;
	const file = join(directory, `r${count}.nodetop`);
	writeFileSync(file, bytes);
	const run = await runCommand(replay, [file, '--once', '--json'], { env });
	return { ...run, file };
}

/** A block with a right checksum; `kind` is its number in the file. */
function block(kind: number, bytes: Uint8Array): Uint8Array {
	const body = squeeze(bytes);
	const head = Buffer.alloc(9);
	head.writeUInt8(kind, 0);
	head.writeUInt32BE(body.length, 1);
	head.writeUInt32BE(crc32(body), 5);
	return Buffer.concat([head, body]);
}

const json = (value: unknown) => Buffer.from(JSON.stringify(value));
const manifest = block(1, json({ version: '1', from: 'x', until: 'y', nodes: [] }));
const file = (...blocks: readonly Uint8Array[]) => Buffer.concat([Buffer.from(magic), ...blocks]);

const hostile: Readonly<Record<string, () => Uint8Array>> = {
	'is empty': () => Buffer.alloc(0),
	'is something else': () => Buffer.from('SQLite format 3\0'),
	'ends behind its first line': () => Buffer.from(magic),
	'has no moment': () => file(manifest, block(8, Buffer.alloc(0))),
	'has a block of an unknown kind': () => file(manifest, block(99, Buffer.from('x'))),
	'has a list that is none': () => file(manifest, block(2, json({ tracks: 1 }))),
	'has a deep list': () => file(manifest, block(2, Buffer.from('['.repeat(100_000)))),
	'has a manifest of numbers': () => file(block(1, json({ version: 1 }))),
	'has a segment that is no segment': () => file(manifest, block(6, Buffer.alloc(400, 255))),
	'has another byte in its middle': () => {
		const bytes = Buffer.from(example);
		bytes.writeUInt8(bytes.readUInt8(bytes.length >> 1) ^ 1, bytes.length >> 1);
		return bytes;
	},
};

describe('a recording that nodetop did not write so', () => {
	it.each(Object.keys(hostile))('is refused in a sentence where it %s', async (name) => {
		const run = await replayed(hostile[name]?.() ?? Buffer.alloc(0));
		expect(run.stdout).toBe('');
		expect(run.error).toBeInstanceOf(UserError);
		expect(run.everything).toMatch(/cannot be replayed: [a-z]|nothing can be shown: [a-z]/);
		expect(run.everything).not.toMatch(/undefined|\[object|at \w+ \(/);
	});

	it('is refused before much is made of few bytes', async () => {
		const pack = block(4, Buffer.alloc(100_000_000));
		expect(pack.length).toBeLessThan(20_000);
		expect((await replayed(file(manifest, pack))).everything).toContain('too large');
		const list = block(7, Buffer.alloc(100_000_000, ' '));
		expect((await replayed(file(manifest, list))).everything).toContain('too large');
		const twice = await replayed(file(manifest, manifest));
		expect(twice.everything).toContain('a list is there twice');
		const rows = block(4, Buffer.alloc(15_000_000));
		expect((await replayed(file(manifest, rows, rows, rows))).everything).toContain('too many');
	});

	it('is shown as far as it goes where its end is missing', async () => {
		for (const share of [0.6, 0.8, 0.99]) {
			const run = await replayed(example.subarray(0, Math.floor(example.length * share)));
			expect({ share, error: run.error }).toEqual({ share, error: undefined });
			expect(run.stderr).toContain(`${run.file} is cut off`);
			expect(JSON.parse(run.stdout)).toMatchObject({ nodes: expect.any(Array) });
		}
	});

	it('is refused where it cannot be read, or is a directory', async () => {
		for (const path of [directory, join(directory, 'none')]) {
			const { error } = await runCommand(replay, [path], { env });
			expect(error).toBeInstanceOf(UserError);
		}
	});
});
