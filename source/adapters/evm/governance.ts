import * as z from 'zod';
import { cleanText } from '../../domain/clean.ts';
import { PollError } from '../../domain/errors.ts';
import type { Consensus } from '../../sections/consensus/schema.ts';
import type { Endpoint } from '../../sections/poll/schema.ts';
import type { Round } from '../inquiry.ts';
import { defined } from '../../domain/defined.ts';
import { callOnce, isMethodMissing, toPollError } from './json-rpc.ts';
import type { Exchange } from './json-rpc.ts';

/** Who may make blocks of a Wemix chain, and the state of the etcd by which they take turns. */
export interface Governance {
	readonly consensus: Pick<Consensus, 'validators' | 'leader' | 'isLeader'>;
	readonly notes: readonly string[];
}

const question = 'admin_wemixInfo';
const everyMs = 10_000;
const mostNamed = 5;

/** go-wemix names itself Gwemix; nobody else is asked for its governance. */
export function hasGovernance(client: string | undefined): boolean {
	return client?.toLowerCase() === 'gwemix';
}

/**
 * Asks apart from the other questions: the answer waits for etcd, which without a quorum takes as long
 * as etcd's own timeout, and would hold up a whole batch just when the rest matters most.
 */
export async function askGovernance(
	round: Round,
	exchange: Exchange,
): Promise<Governance | undefined> {
	const answer = await round.also(
		question,
		async (signal) => {
			const asked = await callOnce({ method: question, params: [] }, { ...exchange, signal });
			const { answer, latencyMs, serverTimeMs } = asked;
			if (answer.status === 'ok') return { value: { info: answer.value }, latencyMs, serverTimeMs };
			if (!isMethodMissing(answer)) throw toPollError(answer);
			throw new PollError('unsupported', 'not enabled (--http.api admin)');
		},
		{ everyMs },
	);
	const failed = round.endpoints().find(isFailedQuestion);
	if (failed) {
		const why = failed.message ?? 'no answer';
		return { consensus: {}, notes: [`governance not known: ${why}; its etcd may lack a quorum`] };
	}
	return answer && readGovernance(answer.info);
}

function isFailedQuestion({ name, status }: Endpoint): boolean {
	return name === question && status === 'failed';
}

const named = z.object({ name: z.unknown().optional(), id: z.unknown().optional() });
const maybeNamed = named.nullish().catch(undefined);
const nodeSchema = named.extend({ status: z.unknown().optional() });
const infoSchema = z.object({
	self: maybeNamed,
	nodes: z.array(z.unknown()).nullish().catch(undefined),
	miners: z.unknown().optional(),
	etcd: z
		.object({
			members: z.array(z.unknown()).nullish().catch(undefined),
			self: maybeNamed,
			leader: maybeNamed,
		})
		.nullish()
		.catch(undefined),
});
type WireInfo = z.infer<typeof infoSchema>;

/**
 * `admin_wemixInfo` of go-wemix 0.10 (wemix/admin.go `Info`, wemix/etcdutil.go `etcdInfo`): an object;
 * the empty string while governance is not up; its `etcd` is `{}` where etcd does not run, and has no
 * `leader` while there is none. `undefined` for what is neither.
 */
export function readGovernance(value: unknown): Governance | undefined {
	if (value === '') {
		return { consensus: {}, notes: ['governance is not up: this node has not joined it yet'] };
	}
	const parsed = infoSchema.safeParse(value);
	if (!parsed.success) return undefined;
	const { self, etcd } = parsed.data;
	const nodes = nodesIn(parsed.data);
	const ownName = cleanText(self?.name);
	const isMember = ownName !== undefined;
	const leader = cleanText(etcd?.leader?.name) ?? onlyMiner(parsed.data.miners);
	return {
		consensus: defined({
			validators: nodes?.length,
			leader,
			isLeader: leader === undefined || ownName === undefined ? undefined : leader === ownName,
		}),
		notes: [
			...(isMember ? [] : ['not a governance node: it follows, and makes no blocks']),
			...(nodes ? notesOnNodes(nodes) : []),
			...(isMember ? notesOnEtcd(etcd, nodes?.length) : []),
		],
	};
}

/** `miners` lists names as `wemix1/up/* wemix2/up`, or without the state; the star marks who mines. */
function onlyMiner(miners: unknown): string | undefined {
	const marked = (cleanText(miners) ?? '').split(' ').filter((word) => word.endsWith('/*'));
	return marked.length === 1 ? marked[0]?.split('/')[0] : undefined;
}

function nodesIn({ nodes }: WireInfo) {
	return nodes?.flatMap((node) => {
		const parsed = nodeSchema.safeParse(node);
		return parsed.success ? [parsed.data] : [];
	});
}

function notesOnNodes(nodes: readonly z.infer<typeof nodeSchema>[]): string[] {
	const down = nodes.filter(({ status }) => status === 'down');
	if (down.length === 0) return [];
	const names = down.slice(0, mostNamed).map(({ name }) => cleanText(name, 40) ?? 'unnamed');
	if (down.length > mostNamed) names.push('…');
	const verb = down.length === 1 ? 'is' : 'are';
	return [
		`${down.length} of ${nodes.length} governance nodes ${verb} down for it: ${names.join(', ')}`,
	];
}

/** Of a governance node only: the others run no etcd. */
function notesOnEtcd(etcd: WireInfo['etcd'], nodes: number | undefined): string[] {
	if (!etcd?.members && !etcd?.leader) return ['its etcd does not run: it cannot make blocks'];
	const members = etcd.members?.length ?? 0;
	const notes = [members === 0 ? 'its etcd names no members' : `etcd of ${members} members`];
	if (members > 0 && cleanText(etcd.leader?.name) === undefined) {
		notes.push('etcd has no leader: no block is made');
	}
	if (nodes !== undefined && members > 0 && members < nodes) {
		notes.push(`${nodes - members} of ${nodes} governance nodes are not in etcd`);
	}
	return notes;
}
