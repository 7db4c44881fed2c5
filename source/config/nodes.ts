import { clean } from '../domain/clean.ts';
import { exitCodes, UserError } from '../domain/errors.ts';
import type { MetricMappings } from '../domain/metric-mapping.ts';
import { Secret } from '../domain/secret.ts';
import type { Target } from '../domain/target.ts';
import { readAddress, showAddress } from './address.ts';
import { settleProxy, unusedProxyOf } from './connections.ts';
import { didYouMean } from './nearest.ts';
import { isBareWord, parseNodeSpec, rejectDuplicates, showSpec } from './node-spec.ts';
import { expandReferences, referencedVariables } from './references.ts';
import type { NodeEntry } from './schema.ts';
import { readSecrets, readTlsFiles } from './secrets.ts';
import type { SecretSources } from './secrets.ts';
import type { Choice, Choices, Layers } from './settle.ts';
import { profileOf } from './settle.ts';
import type { Origin } from './settings.ts';

/** A node to watch, before its secrets are read, with where it was named. */
export interface ChosenNode {
	readonly entry: NodeEntry;
	/** `profiles.home.nodes[2]`, or the spec as it may be shown. */
	readonly where: string;
	readonly origin: Origin;
}

/**
 * The nodes to watch: those of the command line, else those of `NODETOP_NODES`, else those of the profile.
 * A spec may be the name of a node in the profile: that node is watched as configured. Pure.
 */
export function chooseNodes(
	nodeSpecs: readonly string[],
	{ env, config }: Pick<Layers, 'env' | 'config'>,
	profileName: string,
): readonly ChosenNode[] {
	const configured = (profileOf(config, profileName)?.nodes ?? []).map(
		(entry, index): ChosenNode => ({
			entry,
			where: `profiles.${profileName}.nodes[${index}]`,
			origin: 'profile',
		}),
	);
	const fromEnvironment = (env['NODETOP_NODES'] ?? '')
		.split(',')
		.map((spec) => spec.trim())
		.filter((spec) => spec !== '');
	if (nodeSpecs.length > 0) {
		const find = (spec: string) => findNode(spec, configured, profileName, 'flag');
		return withoutDuplicates(nodeSpecs.map(find), 'the command line');
	}
	if (fromEnvironment.length > 0) {
		const find = (spec: string) => findNode(spec, configured, profileName, 'environment');
		return withoutDuplicates(fromEnvironment.map(find), 'NODETOP_NODES');
	}
	return configured;
}

function withoutDuplicates(nodes: readonly ChosenNode[], where: string): readonly ChosenNode[] {
	rejectDuplicates(
		nodes.map(({ entry }) => entry),
		where,
	);
	return nodes;
}

function findNode(
	spec: string,
	configured: readonly ChosenNode[],
	profileName: string,
	origin: Origin,
): ChosenNode {
	const named = configured.find(({ entry }) => entry.name === spec);
	if (named) return named;
	if (spec !== '' && isBareWord(spec)) throw unknownNode(spec, configured, profileName);
	return { entry: parseNodeSpec(spec), where: showAddress(spec), origin };
}

function unknownNode(
	name: string,
	configured: readonly ChosenNode[],
	profileName: string,
): UserError {
	const names = configured.map(({ entry }) => entry.name);
	return new UserError(`the profile "${profileName}" has no node "${clean(name, 60)}"`, {
		nextSteps: [
			...didYouMean(name, names),
			...(names.length > 0 ? [`its nodes: ${names.join(', ')}`] : []),
			'an address needs a port or a dot: host:8545, node.example.org, http://HOST',
		],
	});
}

/**
 * A node with its secrets read and its address complete, frozen. A flag or a variable beats the
 * node's own interval and timeout, which beat the profile's. Throws `UserError` without any value.
 */
export async function toTarget(
	{ entry, where, origin }: ChosenNode,
	choices: Pick<Choices, 'intervalMs' | 'timeoutMs'>,
	sources: SecretSources & {
		readonly insecure?: boolean | undefined;
		readonly mappings?: MetricMappings | undefined;
		/** Of the profile. */
		readonly mine?: readonly string[] | undefined;
	},
): Promise<Target> {
	const { name, kind, group, tags, capacityBytesPerSecond } = entry;
	const { minPeers, emptyBlocks, dataDirectory, testWrites, log, prices } = entry;
	const url = completeAddress(entry.url, `${where}.url`, sources.env);
	const insecure = sources.insecure ?? entry.insecure;
	return Object.freeze({
		name,
		kind: kind ?? (log === undefined ? undefined : 'storj'),
		url,
		// A reference may stand anywhere in the address, so what it stands for is not shown.
		shownUrl: showAddress(entry.url.includes('${') ? entry.url : url),
		...(origin !== 'profile' && { commandName: showSpec(entry) }),
		...(entry.metricsUrl !== undefined && {
			metricsUrl: completeAddress(entry.metricsUrl, `${where}.metricsUrl`, sources.env),
		}),
		...(log !== undefined && { log }),
		...(prices !== undefined && { prices: Object.freeze({ ...prices }) }),
		...(entry.apiUrl !== undefined && {
			apiUrl: completeAddress(entry.apiUrl, `${where}.apiUrl`, sources.env),
		}),
		...fallbacksOf(entry, where, sources.env),
		...(group !== undefined && { group }),
		...(tags !== undefined && { tags: Object.freeze([...tags]) }),
		...(insecure !== undefined && { insecure }),
		...(sources.mappings !== undefined && { mappings: sources.mappings }),
		...(capacityBytesPerSecond !== undefined && { capacityBytesPerSecond }),
		...(minPeers !== undefined && { minPeers }),
		...ownValidatorsOf(entry, sources.mine),
		...(emptyBlocks !== undefined && { emptyBlocks }),
		...(dataDirectory !== undefined && { dataDirectory }),
		...(testWrites !== undefined && { testWrites }),
		...(await readSecrets(entry, where, sources)),
		...(await readTlsFiles(entry, where, sources)),
		...proxyOf(entry, url, where, sources.env),
		...secretPartsOf(entry, sources.env),
		intervalMs: ownUnlessForced(choices.intervalMs, entry.intervalMs),
		timeoutMs: ownUnlessForced(choices.timeoutMs, entry.timeoutMs),
	});
}

function ownValidatorsOf(
	{ validators = [] }: NodeEntry,
	mine: readonly string[] = [],
): Pick<Target, 'mine'> {
	const own = [...new Set([...mine, ...validators])];
	return own.length === 0 ? {} : { mine: Object.freeze(own) };
}

function fallbacksOf(
	{ fallbackUrls = [] }: NodeEntry,
	where: string,
	env: NodeJS.ProcessEnv,
): Pick<Target, 'fallbacks'> {
	if (fallbackUrls.length === 0) return {};
	const fallbacks = fallbackUrls.map((text, index) => {
		const url = completeAddress(text, `${where}.fallbackUrls[${index}]`, env);
		return { url, shownUrl: showAddress(text.includes('${') ? text : url) };
	});
	return { fallbacks: Object.freeze(fallbacks) };
}

/** Only what the entry names is used; what the environment names is remembered for the error. */
function proxyOf(
	{ proxy }: NodeEntry,
	url: string,
	where: string,
	env: NodeJS.ProcessEnv,
): Pick<Target, 'proxy' | 'unusedProxy'> {
	if (proxy !== undefined) return { proxy: settleProxy(proxy, `${where}.proxy`, env) };
	const unusedProxy = unusedProxyOf(url, env);
	return unusedProxy === undefined ? {} : { unusedProxy };
}

/** The values of all references in a node's addresses and headers. */
function secretPartsOf(
	{ url, fallbackUrls = [], metricsUrl = '', apiUrl = '', proxy = '', headers = {} }: NodeEntry,
	env: NodeJS.ProcessEnv,
): Pick<Target, 'secretParts'> {
	const texts = [url, ...fallbackUrls, metricsUrl, apiUrl, proxy, ...Object.values(headers)];
	const names = texts.flatMap(referencedVariables);
	const values = [...new Set(names)].flatMap((name) => env[name] ?? []);
	if (values.length === 0) return {};
	return { secretParts: Object.freeze(values.map((value) => new Secret(value))) };
}

function completeAddress(text: string, where: string, env: NodeJS.ProcessEnv): string {
	const address = readAddress(expandReferences(text, env, where));
	if ('url' in address) return address.url;
	throw new UserError(`${where}: ${address.problem}`, {
		nextSteps: ['a node’s address is a URL, host:port, unix:/path or host:'],
		exitCode: exitCodes.config,
	});
}

function ownUnlessForced({ value, origin }: Choice<number>, own: number | undefined): number {
	return origin === 'flag' || origin === 'environment' ? value : (own ?? value);
}
