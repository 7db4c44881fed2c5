import * as z from 'zod';
import { createHttp, parseJson } from '../../adapters/http.ts';
import type { Http, Reply } from '../../adapters/http.ts';
import { loadSettings } from '../../app/configuration.ts';
import type { SettingsFlags } from '../../config/settings.ts';
import { clean, cleanAll } from '../../domain/clean.ts';
import { exitCodes, PollError, UserError } from '../../domain/errors.ts';
import { networkStatsSchema } from '../../network-tests/statistics/network-stats.ts';
import type { NetworkStats } from '../../network-tests/statistics/network-stats.ts';
import { resultSchema } from '../../network-tests/results.ts';
import type { ResultRecord, TestName } from '../../network-tests/results.ts';
import type { TestOptions } from '../../network-tests/test.ts';
import type { CommandContext } from '../command.ts';

/** A test lasts for a minute at most. */
const testTimeoutMs = 90_000;
const mostBytes = 16 * 1024 * 1024;
const mostTextCells = 2000;
const refusals = [401, 403, 404, 409, 422, 429, 503];

/** A nodetop that serves, named as a node of the profile or by its address. */
export interface RemoteSite {
	/** Its statistics; of the given nodes, or of all. */
	readonly stats: (nodes: readonly string[]) => Promise<readonly NetworkStats[]>;
	/** Runs a test there. */
	readonly test: (asked: RemoteTest) => Promise<readonly ResultRecord[]>;
}

export interface RemoteTest {
	readonly test: TestName;
	readonly node: string;
	readonly peer: string | undefined;
	readonly options: TestOptions;
	readonly isConfirmed: boolean;
}

/** Throws `UserError` when no such site is configured. */
export async function openRemoteSite(
	site: string,
	flags: SettingsFlags,
	{ env, signal }: CommandContext,
): Promise<RemoteSite> {
	const { targets } = await loadSettings({ flags, nodeSpecs: [site], env });
	const [target] = targets;
	if (!target) throw new UserError('--from needs the name or the address of a nodetop that serves');
	const http = createHttp({ ...target, timeoutMs: testTimeoutMs });
	const ask = async (path: string, json?: object): Promise<Reply> => {
		const url = new URL(path, target.url).href;
		const request = { url, signal, acceptStatus: refusals, maxBodyBytes: mostBytes };
		return checked(await requestOf(http, { ...request, ...(json && { json }) }));
	};
	return {
		async stats(nodes) {
			const reply = await ask('/api/v1/network/stats');
			const all = z.array(networkStatsSchema).parse(cleanAll(parseJson(reply), mostTextCells));
			const unknown = nodes.find((name) => !all.some(({ node }) => node === name));
			if (unknown !== undefined) {
				const names = all.map(({ node }) => node).join(', ');
				throw new UserError(`that nodetop watches no node ${clean(unknown, 60)}`, {
					nextSteps: [`its nodes: ${names}`],
				});
			}
			return nodes.length === 0 ? all : all.filter(({ node }) => nodes.includes(node));
		},
		async test({ test, node, peer, options, isConfirmed }) {
			const body = {
				test,
				node,
				...(peer !== undefined && { peer }),
				options,
				confirm: isConfirmed,
			};
			const reply = await ask('/api/v1/network/test', body);
			return reply.body
				.split('\n')
				.filter((line) => line !== '')
				.map((line) =>
					resultSchema.parse(cleanAll(parseJson({ ...reply, body: line }), mostTextCells)),
				);
		},
	};
}

async function requestOf(http: Http, request: Parameters<Http['request']>[0]): Promise<Reply> {
	try {
		return await http.request(request);
	} catch (error) {
		if (!(error instanceof PollError)) throw error;
		const { message, nextStep } = error;
		throw new UserError(`--from: ${message}`, {
			nextSteps: nextStep === undefined ? [] : [nextStep],
			exitCode: exitCodes.unavailable,
			cause: error,
		});
	}
}

const errorSchema = z.object({ error: z.string().transform((text) => clean(text, 300)) });

function checked(reply: Reply): Reply {
	if (!refusals.includes(reply.status)) return reply;
	const { success, data } = errorSchema.safeParse(parseJson(reply));
	const words = success ? data.error : `HTTP ${reply.status}: this is no nodetop that serves`;
	const isConfirmation = reply.status === 409;
	throw new UserError(`--from: ${words}`, {
		nextSteps: isConfirmation ? ['add --yes if you are allowed to test that node'] : [],
		exitCode: isConfirmation ? exitCodes.usage : exitCodes.unavailable,
	});
}
