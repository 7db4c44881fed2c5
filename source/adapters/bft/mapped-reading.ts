import type { LatencySource, MetricMapping, ValueSource } from '../../domain/metric-mapping.ts';
import { mappedSigns } from '../../sections/mapped-fields.ts';
import type { MappedField } from '../../sections/mapped-fields.ts';
import type { FinalityUnit } from '../../domain/words.ts';
import { validReading } from '../../sections/valid-reading.ts';
import type { Distribution } from '../../sections/distribution.ts';
import type { Integer } from '../../domain/scalars.ts';
import type { Network, Peer } from '../../sections/network/schema.ts';
import type { Reading } from '../../sections/snapshot.ts';
import type { Validator } from '../../sections/validators/schema.ts';
import type { Exposition } from './exposition.ts';
import { defined, definedOrNone } from '../../domain/defined.ts';
import { createFieldReader, createLatencyReader, readPeerList, readText } from './mapped-values.ts';
import { createReaders, indexSources } from './readers.ts';
import type { SourceIndex } from './readers.ts';
import type { FieldValue } from './mapped-values.ts';
import { createDistributionsReader, createMessagesReader, readSplits } from './mapped-splits.ts';
import { createValidatorsReader } from './mapped-validators.ts';
import { createPerformanceMeter } from '../performance.ts';

/** What decides on the status, and is no field of the snapshot itself. */
export interface Signs {
	readonly hasLeader: boolean | undefined;
	readonly isSyncing: boolean | undefined;
	readonly isHealthy: boolean | undefined;
}

export interface MappedReading {
	readonly sections: Pick<
		Reading,
		| 'consensus'
		| 'performance'
		| 'validators'
		| 'mempool'
		| 'dag'
		| 'chain'
		| 'network'
		| 'identity'
		| 'resources'
		| 'database'
		| 'state'
	>;
	readonly signs: Signs;
	/** The newest view or round that is final. */
	readonly committedView: Integer | undefined;
}

/** The parts of a mapping that every node of it is read by. */
interface MappedParts {
	readonly fields: SourceIndex<{ readonly name: MappedField; readonly source: ValueSource }>;
	readonly latencies: SourceIndex<{ readonly phase: string; readonly source: LatencySource }>;
}

/** Thousands of nodes may share one mapping. */
const partsOfMappings = new WeakMap<MetricMapping, MappedParts>();

function partsOf(mapping: MetricMapping): MappedParts {
	const known = partsOfMappings.get(mapping);
	if (known) return known;
	const parts = {
		fields: indexSources(
			Object.entries(mapping.fields ?? {}).flatMap(([field, source]) =>
				// The schema's keys are the fields' names.
				source === undefined ? [] : [{ name: field as MappedField, source }],
			),
		),
		latencies: indexSources(
			Object.entries(mapping.latencies ?? {}).map(([phase, source]) => ({ phase, source })),
		),
	};
	partsOfMappings.set(mapping, parts);
	return parts;
}

/** Reads a mapping's fields from scrapes; keeps what rates and distributions are reckoned from. */
export function createMappedReader(
	mapping: MetricMapping,
	mine?: readonly string[],
): (exposition: Exposition, atMs: number) => MappedReading {
	const { fields, latencies } = partsOf(mapping);
	const readField = createReaders<FieldValue>();
	const readLatency = createReaders<Distribution>();
	const readDistributions = createDistributionsReader(mapping);
	const readMessages = createMessagesReader(mapping);
	const readValidators = createValidatorsReader(mapping, mine);
	const reckon = createPerformanceMeter(countsBlocks(mapping));
	return (exposition, atMs) => {
		const values = new Map<MappedField, FieldValue>();
		for (const { name, source } of fields.in(exposition)) {
			const value = readField(source, () => createFieldReader(name, source), exposition, atMs);
			if (value !== undefined) values.set(name, value);
		}
		const latencyOf = (source: LatencySource) =>
			readLatency(source, () => createLatencyReader(source), exposition, atMs);
		const distributions = latencies
			.in(exposition)
			.map(({ phase, source }) => [phase, latencyOf(source)]);
		const tree = toTree([
			...values,
			...texts(mapping, exposition),
			...readSplits(mapping, exposition),
			...readDistributions(exposition, atMs),
		]);
		const flag = (name: MappedField) => {
			const value = values.get(name);
			return typeof value === 'boolean' ? value : undefined;
		};
		const sections = toSections(tree, {
			messages: readMessages(exposition, atMs),
			validators: readValidators(exposition, atMs),
			...lagOf(values),
			finalizedSinceStart: isSinceStart(mapping) || undefined,
			latenciesMs: definedOrNone<Latencies>(Object.fromEntries(distributions)),
			peerLatencyMs: mapping.peerLatency && latencyOf(mapping.peerLatency),
			peerList: mapping.peerList && readPeerList(exposition, mapping.peerList),
		});
		return {
			sections: { ...sections, ...reckon(sections, atMs) },
			signs: {
				hasLeader: flag('consensus.hasLeader'),
				isSyncing: flag('consensus.isSyncing'),
				isHealthy: flag('consensus.isHealthy'),
			},
			committedView: integer(values.get('consensus.committedView')),
		};
	};
}

function isSinceStart({ fields }: MetricMapping): boolean {
	return fields?.['consensus.finalized']?.kind === 'counter';
}

function countsBlocks(mapping: MetricMapping): boolean {
	return isSinceStart(mapping) || mapping.fields?.['performance.transactions'] !== undefined;
}

type Latencies = Record<string, Distribution | undefined>;

/** What is made of more than one metric. */
interface Composed {
	/** Unless the node tells its own. */
	readonly finalityLag: number | undefined;
	readonly finalityUnit: FinalityUnit | undefined;
	readonly finalizedSinceStart: boolean | undefined;
	readonly latenciesMs: Latencies | undefined;
	readonly messages: Network['messages'];
	readonly validators: readonly Validator[] | undefined;
	readonly peerLatencyMs: Distribution | undefined;
	readonly peerList: readonly Peer[] | undefined;
}

/** Each value was read as its field holds it; the schema gives the sections their types. */
function toSections(
	tree: Partial<Record<string, Branch>>,
	{
		finalityLag,
		finalityUnit,
		finalizedSinceStart,
		latenciesMs,
		messages,
		validators,
		peerLatencyMs,
		peerList,
	}: Composed,
): MappedReading['sections'] {
	const { head, finalized, ...chain } = tree['chain'] ?? {};
	const lag = { finalityLag, ...tree['consensus'] };
	return validReading(
		defined({
			consensus: definedOrNone({
				...lag,
				finalizedSinceStart:
					tree['consensus']?.['finalized'] === undefined ? undefined : finalizedSinceStart,
				finalityUnit: lag.finalityLag === undefined ? undefined : finalityUnit,
				latenciesMs,
			}),
			performance: tree['performance'],
			validators: validators && { list: validators },
			mempool: tree['mempool'],
			database: tree['database'],
			state: tree['state'],
			dag: tree['dag'],
			chain: definedOrNone({
				...chain,
				head: head === undefined ? undefined : { number: head },
				finalized: finalized === undefined ? undefined : { number: finalized },
			}),
			network: definedOrNone({
				...withPeers(tree['network']),
				messages,
				latencyMs: peerLatencyMs,
				peerList,
			}),
			identity: tree['identity'],
			resources: tree['resources'] && { source: 'node', ...tree['resources'] },
		}),
	);
}

/** A node that does not count its peers may count them by direction. */
function withPeers(network: Branch | undefined): Branch | undefined {
	const { peers, inbound, outbound } = network ?? {};
	const isApart = typeof inbound === 'number' && typeof outbound === 'number';
	return peers === undefined && isApart ? { ...network, peers: inbound + outbound } : network;
}

type Branch = Record<string, unknown>;

/** `network.peers` under `network`, `chain.txPool.pending` two levels down; what is absent is left out. */
function toTree(values: readonly (readonly [string, unknown])[]): Partial<Record<string, Branch>> {
	const tree: Partial<Record<string, Branch>> = {};
	for (const [path, value] of values) {
		if (value === undefined || mappedSigns.has(path)) continue;
		const [section = '', name = '', inner] = path.split('.');
		const branch = (tree[section] ??= {});
		if (inner === undefined) branch[name] = value;
		else branch[name] = { ...asBranch(branch[name]), [inner]: value };
	}
	return tree;
}

function asBranch(value: unknown): Branch {
	return typeof value === 'object' && value !== null ? { ...value } : {};
}

function texts(mapping: MetricMapping, exposition: Exposition): [string, string | undefined][] {
	return Object.entries(mapping.texts ?? {}).map(([field, source]) => {
		const text = source && readText(exposition, source);
		return [field, field === 'identity.version' ? text?.replace(/^v(?=\d)/, '') : text];
	});
}

/** From the newest final view or round to the present one, and which of them is counted. */
function lagOf(
	values: ReadonlyMap<MappedField, FieldValue>,
): Pick<Composed, 'finalityLag' | 'finalityUnit'> {
	const committed = integer(values.get('consensus.committedView'));
	const view = values.get('consensus.view');
	const present = integer(view ?? values.get('consensus.round'));
	const finalityUnit = present === undefined ? undefined : view === undefined ? 'rounds' : 'views';
	const isComparable = typeof committed === 'number' && typeof present === 'number';
	const finalityLag = isComparable && present >= committed ? present - committed : undefined;
	return { finalityLag, finalityUnit };
}

function integer(value: FieldValue | undefined): Integer | undefined {
	return typeof value === 'boolean' ? undefined : value;
}
