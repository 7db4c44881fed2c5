import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exportCommand } from '../../source/commands/export/export.ts';
import { documentOf, evmNode, qudagNode } from '../export/nodes.ts';
import { freePorts } from '../helpers/free-ports.ts';
import { sendJson, startServer } from '../helpers/http-server.ts';
import type { TestServer } from '../helpers/http-server.ts';
import { parseLines } from '../helpers/line-protocol.ts';
import { runCommand } from './command-run.ts';

let directory: string;
let site: TestServer;
let stopDatabase: () => Promise<unknown> = () => Promise.resolve();

beforeEach(async () => {
	directory = mkdtempSync(path.join(tmpdir(), 'nodetop-databases-'));
	site = await startServer((_, response) => {
		// As old as the answer says it is.
		const takenAt = new Date().toISOString();
		sendJson(response, documentOf([qudagNode(), evmNode()], { takenAt }));
	});
});
afterEach(async () => {
	await stopDatabase();
	await site.close();
	rmSync(directory, { recursive: true });
});

const run = (argv: readonly string[]) =>
	runCommand(exportCommand, ['influx', `site=${site.url}`, ...argv], {
		env: { PATH: process.env['PATH'], XDG_CONFIG_HOME: directory },
	});

function isInstalled(program: string, flag: string): boolean {
	const is = spawnSync(program, [flag], { stdio: 'ignore' }).status === 0;
	if (!is) console.info(`skipped: a push to a real ${program} (it is not installed)`);
	return is;
}

async function startDatabase(program: string, args: readonly string[], pingUrl: string) {
	const child = spawn(program, args, { stdio: 'ignore' });
	const ended = new Promise((resolve) => child.once('exit', resolve));
	stopDatabase = () => {
		child.kill('SIGKILL');
		return ended;
	};
	const isUp = () =>
		fetch(pingUrl).then(
			({ ok }) => ok,
			() => false,
		);
	await expect.poll(isUp, { timeout: 30_000 }).toBe(true);
}

interface InfluxSeries {
	readonly name: string;
	readonly tags: Readonly<Record<string, string>>;
	readonly columns: readonly string[];
	readonly values: readonly (readonly unknown[])[];
}

/** The fields of every series as it was printed, by measurement and tags; times are those of each run. */
function printedFields(text: string): Map<string, Record<string, unknown>> {
	return new Map(
		parseLines(text).map(({ measurement, tags, fields }) => [
			keyOf(measurement, tags),
			Object.fromEntries(
				Object.entries(fields)
					.filter(([name]) => !name.endsWith('timestamp_seconds'))
					.map(([name, value]) => [
						name,
						value.startsWith('"') ? JSON.parse(value) : Number(value),
					]),
			),
		]),
	);
}

const keyOf = (measurement: string, tags: Readonly<Record<string, string>>) =>
	`${measurement} ${JSON.stringify(
		Object.entries(tags)
			.filter(([, value]) => value !== '')
			.toSorted(([a], [b]) => (a < b ? -1 : 1)),
	)}`;

const isOfNode = (key: string) => key.includes('site/');

/** What InfluxDB stored, as `printedFields` has it. */
function storedFields(series: readonly InfluxSeries[]): Map<string, Record<string, unknown>> {
	return new Map(
		series.map(({ name, tags, columns, values }) => {
			expect(values).toHaveLength(1);
			const fields = columns.map((column, index) => [column, values[0]?.[index]] as const);
			const kept = fields.filter(
				([column, value]) =>
					column !== 'time' && value !== null && !column.endsWith('timestamp_seconds'),
			);
			return [keyOf(name, tags), Object.fromEntries(kept)];
		}),
	);
}

/** The values of each series of an export of VictoriaMetrics: one JSON object a line. */
function exportedValues(text: string): Map<string, number[]> {
	return new Map(
		text
			.trim()
			.split('\n')
			.map((line) => {
				const { metric, values } = JSON.parse(line) as {
					metric: { __name__: string } & Record<string, string>;
					values: number[];
				};
				const { __name__: name, db: _db, ...tags } = metric;
				return [keyOf(name, tags), values];
			}),
	);
}

describe.runIf(isInstalled('influxd', 'version'))('InfluxDB 1', () => {
	it('has every field of the line protocol after one push', async () => {
		const [port, rpcPort] = await freePorts(2);
		const config = path.join(directory, 'influxdb.conf');
		writeFileSync(
			config,
			[
				'reporting-disabled = true',
				`bind-address = "127.0.0.1:${rpcPort}"`,
				`[meta]\ndir = "${directory}/meta"`,
				`[data]\ndir = "${directory}/data"\nwal-dir = "${directory}/wal"`,
				`[http]\nbind-address = "127.0.0.1:${port}"`,
			].join('\n'),
		);
		const url = `http://127.0.0.1:${port}`;
		await startDatabase('influxd', ['run', '-config', config], `${url}/ping`);
		const query = async (q: string) => {
			const body = new URLSearchParams({ q, db: 'nodetop' });
			const reply = await fetch(`${url}/query`, { method: 'POST', body });
			return (await reply.json()) as { results: { series?: InfluxSeries[] }[] };
		};
		await query('CREATE DATABASE nodetop');
		const pushed = await run(['--push', `${url}/write?db=nodetop`]);
		expect(pushed).toMatchObject({ exitCode: 0, stderr: '' });
		const { results } = await query('SELECT * FROM /.*/ GROUP BY *');
		const stored = storedFields(results[0]?.series ?? []);
		const printed = printedFields((await run([])).stdout);
		// What is about this nodetop itself changes from run to run.
		const keysOf = (of: ReadonlyMap<string, unknown>) => [...of.keys()].filter(isOfNode).toSorted();
		expect(keysOf(stored)).toEqual(keysOf(printed));
		expect(keysOf(printed).length).toBeGreaterThan(10);
		for (const key of keysOf(printed)) expect(stored.get(key)).toEqual(printed.get(key));
	});
});

describe.runIf(isInstalled('victoria-metrics', '--version'))('VictoriaMetrics', () => {
	it('has every number of the line protocol after one push, by the API of InfluxDB 2', async () => {
		const [port] = await freePorts(1);
		const url = `http://127.0.0.1:${port}`;
		const args = [
			`-storageDataPath=${directory}/data`,
			`-httpListenAddr=127.0.0.1:${port}`,
			// The times of the document are older than the month that it keeps by itself.
			'-retentionPeriod=100y',
		];
		await startDatabase('victoria-metrics', args, `${url}/health`);
		const pushed = await run(['--push', `${url}/api/v2/write?org=me&bucket=nodetop`]);
		expect(pushed).toMatchObject({ exitCode: 0, stderr: '' });
		const match = new URLSearchParams({ 'match[]': '{node=~"site/.*"}' }).toString();
		let text = '';
		await expect
			.poll(
				async () => {
					await fetch(`${url}/internal/force_flush`);
					text = await (await fetch(`${url}/api/v1/export?${match}`)).text();
					return text;
				},
				{ timeout: 40_000 },
			)
			.not.toBe('');
		const stored = exportedValues(text);
		let compared = 0;
		for (const { measurement, tags, fields } of parseLines((await run([])).stdout)) {
			if (tags['node']?.startsWith('site/') !== true) continue;
			for (const [name, value] of Object.entries(fields)) {
				if (value.startsWith('"') || name.endsWith('timestamp_seconds')) continue;
				const key = keyOf(`${measurement}_${name}`, tags);
				expect({ key, values: stored.get(key) }).toEqual({ key, values: [Number(value)] });
				compared += 1;
			}
		}
		expect(compared).toBeGreaterThan(40);
	});
});
