import { readFileSync } from 'node:fs';
import { loadSettings } from '../../app/configuration.ts';
import { exportedMetrics, importRange } from '../../app/import-prometheus.ts';
import type { ImportedMetric } from '../../app/import-prometheus.ts';
import { historyFile } from '../../app/run-history.ts';
import { parseSpan } from '../../config/duration.ts';
import { didYouMean } from '../../config/nearest.ts';
import { clean } from '../../domain/clean.ts';
import { exitCodes, messageOf, PollError, UserError } from '../../domain/errors.ts';
import { formatCount } from '../../domain/format.ts';
import { Secret } from '../../domain/secret.ts';
import { HistoryReader } from '../../history/reader.ts';
import { openToWrite } from '../../history/sqlite/open.ts';
import { HistoryWriter } from '../../history/writer.ts';
import { recordedMetrics } from '../../sections/recorded-metrics.ts';
import type { CommandContext } from '../command.ts';
import { parseFlags } from '../flags.ts';
import { settingsFlags } from '../settings-flags.ts';
import { warnOn } from '../warn.ts';
import { lockHistory } from './lock.ts';
import { spanOf } from './time-flags.ts';

const mostDays = 3650;
const leastStepMs = 1000;
const usage = "nodetop history import http://127.0.0.1:9090 --since 30d network.peers='p2p_peers'";

/** `nodetop history import`: a past from Prometheus for a new installation. */
export async function importHistory(context: CommandContext): Promise<number> {
	const { flags, input } = await parseFlags(context.argv, {
		profile: settingsFlags.profile,
		config: settingsFlags.config,
		since: { type: 'string' },
		until: { type: 'string' },
		step: { type: 'string' },
		node: { type: 'string' },
		label: { type: 'string' },
		tokenFile: { type: 'string' },
	});
	const [url, ...given] = input;
	if (url === undefined || !/^https?:\/\//.test(url)) {
		throw new UserError('import needs the address of a Prometheus', { nextSteps: [usage] });
	}
	const metrics = given.length === 0 ? exportedMetrics() : given.map(metricOf);
	const { clock, env } = context;
	const span = spanOf(flags, '30d', clock.now());
	const stepMs = Math.max(leastStepMs, parseSpan(flags.step ?? '1m', '--step', mostDays));
	const token = flags.tokenFile === undefined ? undefined : tokenOf(flags.tokenFile);
	const { profile, history } = await loadSettings({
		flags: { ...flags, history: true },
		nodeSpecs: [],
		env,
	});
	if (!history) throw new UserError('the profile keeps no history');
	const lock = await lockHistory(profile, env);
	try {
		const { tables } = await openToWrite(historyFile(profile, env), clock.now());
		try {
			const result = await importRange(new HistoryReader(tables), new HistoryWriter(tables), {
				server: { url, token, signal: context.signal },
				metrics,
				span,
				stepMs,
				node: flags.node,
				label: flags.label ?? 'node',
				now: clock.now,
			});
			const { samples, known, nodes } = result;
			warnOn(context)(
				`imported ${formatCount(samples)} samples of ${result.metrics.size} numbers of ${nodes.size} nodes; ${formatCount(known)} were recorded already`,
			);
			return samples + known === 0 ? exitCodes.unavailable : exitCodes.ok;
		} finally {
			tables.close();
		}
	} catch (error) {
		if (!(error instanceof PollError)) throw error;
		throw new UserError(`the import failed: ${messageOf(error)}`, {
			exitCode: exitCodes.unavailable,
			nextSteps: error.nextStep === undefined ? [] : [error.nextStep],
			cause: error,
		});
	} finally {
		await lock.release();
	}
}

/** `network.peers=p2p_peers{job="geth"}`: the query's values are in the unit of the field. */
function metricOf(text: string): ImportedMetric {
	const [, metric = '', query = ''] = /^([\w.]+)=(.+)$/s.exec(text) ?? [];
	if (metric !== '' && recordedMetrics().has(metric)) return { metric, query, factor: 1 };
	const shown = clean(metric === '' ? text : metric, 60);
	throw new UserError(
		metric === '' ? `"${shown}" is not METRIC=QUERY` : `"${shown}" is no recorded number`,
		{ nextSteps: [...didYouMean(metric, [...recordedMetrics().keys()]), usage] },
	);
}

function tokenOf(file: string): Secret {
	try {
		return new Secret(readFileSync(file, 'utf8').trim());
	} catch (error) {
		throw new UserError(`--token-file: ${messageOf(error)}`, { cause: error });
	}
}
