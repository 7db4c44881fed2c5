import * as z from 'zod';
import { clean, cleanText } from '../../../domain/clean.ts';
import type { Integer } from '../../../domain/scalars.ts';
import type { Peer } from '../../../sections/network/schema.ts';
import { toInteger } from '../../quantity.ts';
import { defined } from '../../../domain/defined.ts';

/**
 * Shapes of etcd's gRPC gateway as recorded from 3.4.23: 64-bit numbers are decimal strings, and what
 * has its default value (0, false, nothing) is left out.
 */
const number64 = z.union([z.string(), z.number()]).optional();
const header = z.object({ cluster_id: number64, member_id: number64 });

export const versionSchema = z.object({
	etcdserver: z.string(),
	etcdcluster: z.string().optional(),
});

export const statusSchema = z.object({
	header,
	version: z.string().optional(),
	dbSize: number64,
	leader: number64,
	raftIndex: number64,
	raftTerm: number64,
	raftAppliedIndex: number64,
	errors: z.array(z.string()).optional(),
	isLearner: z.boolean().optional(),
});

export const membersSchema = z.object({
	members: z
		.array(
			z.object({
				ID: number64,
				peerURLs: z.array(z.string()).optional(),
				isLearner: z.boolean().optional(),
			}),
		)
		.max(1000),
});

export interface EtcdStatus {
	/** Ids are decimal, as the API writes them. */
	readonly clusterId: string | undefined;
	readonly memberId: string | undefined;
	readonly version: string | undefined;
	readonly databaseBytes: Integer | undefined;
	readonly leaderId: string | undefined;
	readonly committed: Integer | undefined;
	readonly applied: Integer | undefined;
	readonly term: Integer | undefined;
	readonly errors: readonly string[];
	readonly isLearner: boolean;
}

const maxErrors = 20;

export function readStatus(status: z.infer<typeof statusSchema>): EtcdStatus {
	return {
		clusterId: toId(status.header.cluster_id),
		memberId: toId(status.header.member_id),
		version: cleanText(status.version),
		databaseBytes: toInteger(status.dbSize),
		leaderId: toId(status.leader),
		committed: toInteger(status.raftIndex),
		applied: toInteger(status.raftAppliedIndex),
		term: toInteger(status.raftTerm),
		errors: (status.errors ?? []).slice(0, maxErrors).map((error) => clean(error)),
		isLearner: status.isLearner === true,
	};
}

export interface EtcdMembers {
	readonly voters: number | undefined;
	/** By id; without the member that was asked. Absent when not every member has one. */
	readonly others: readonly Peer[] | undefined;
}

export function readMembers(
	{ members }: z.infer<typeof membersSchema>,
	ownId: string | undefined,
): EtcdMembers {
	const known = members.flatMap((member) => {
		const id = toId(member.ID);
		return id === undefined ? [] : [{ ...member, id }];
	});
	// A cluster has the member that was asked, at least.
	if (members.length === 0) return { voters: undefined, others: undefined };
	const others = known
		.filter(({ id }) => id !== ownId)
		.map(({ id, peerURLs }) => ({ id, ...defined({ address: cleanText(peerURLs?.[0]) }) }));
	return {
		voters: members.filter(({ isLearner }) => isLearner !== true).length,
		others: known.length === members.length ? others : undefined,
	};
}

/** A member or a cluster; 0 is none. */
function toId(value: string | number | undefined): string | undefined {
	const id = toInteger(value);
	return id === undefined || id === 0 ? undefined : String(id);
}

/** As the metrics' labels have a member: hexadecimal, without leading zeros. */
export function toHexId(id: string): string {
	return BigInt(id).toString(16);
}
