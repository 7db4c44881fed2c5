import { chain } from './chain/section.ts';
import { clock } from './clock/section.ts';
import { consensus } from './consensus/section.ts';
import { dag } from './dag/section.ts';
import { database } from './database/section.ts';
import { earnings } from './earnings/section.ts';
import { health, selfReport } from './health/section.ts';
import { identity } from './identity/section.ts';
import { mempool } from './mempool/section.ts';
import { network } from './network/section.ts';
import { outlook } from './outlook/section.ts';
import { performance } from './performance/section.ts';
import { poll } from './poll/section.ts';
import { probes } from './probes/section.ts';
import { process } from './process/section.ts';
import { reputation } from './reputation/section.ts';
import { resources } from './resources/section.ts';
import type { Section } from './section.ts';
import { state } from './state/section.ts';
import { storage } from './storage/section.ts';
import { target } from './target/section.ts';
import { transfers } from './transfers/section.ts';
import { validators } from './validators/section.ts';

/** The sections of a node's snapshot by name, in the order of `status`. One line adds one. */
export const sections = {
	target,
	identity,
	clock,
	poll,
	selfReport,
	consensus,
	performance,
	validators,
	mempool,
	chain,
	dag,
	network,
	probes,
	resources,
	database,
	state,
	process,
	storage,
	reputation,
	transfers,
	earnings,
	outlook,
	health,
} as const satisfies Readonly<Record<string, Section>>;

type Sections = typeof sections;
export type SectionName = keyof Sections;

/** Sections that an adapter may fill. */
export type ReadSectionName = {
	[Name in SectionName]: Sections[Name]['filledBy'] extends 'node' ? Name : never;
}[SectionName];

// entries() forgets the names of a literal object.
export const sectionEntries = Object.entries(sections) as readonly [SectionName, Section][];
