import { stripControls } from '../domain/clean.ts';
import type { SnapshotDocument } from '../sections/snapshot.ts';
import { defaultPrefix, familiesOf } from './metrics/families.ts';
import type { FamilyOptions } from './metrics/families.ts';
import type { Family, Labels } from './metrics/family.ts';

/** Labels of a node: what else stands in an `info` is text, not a tag. */
const identityLabels = new Set(['node', 'kind', 'group']);

/**
 * InfluxDB line protocol, times in nanoseconds: one measurement for each section (`nodetop_network`), one
 * line for each set of tags, all numbers as floats, so that no field changes its type. States and versions
 * are text fields. Empty tags are left out; no tag or field contains a newline.
 */
export function toInflux(document: SnapshotDocument, options: FamilyOptions = {}): string {
	const { prefix = defaultPrefix } = options;
	const lines = new Map<string, Map<string, string>>();
	for (const family of familiesOf(document, options)) {
		const measurement = family.section === 'nodetop' ? prefix : `${prefix}_${family.section}`;
		for (const { tags, field, value } of entriesOf(
			family,
			fieldName(family, prefix, measurement),
		)) {
			const key = escapeName(measurement) + tagText(tags);
			const fields = lines.get(key) ?? new Map<string, string>();
			lines.set(key, fields.set(field, value));
		}
	}
	const time = `${Date.parse(document.takenAt)}000000`;
	return [...lines]
		.map(([key, fields]) => {
			const written = [...fields].map(([name, value]) => `${escapeTag(name)}=${value}`);
			return `${key} ${written.join(',')} ${time}\n`;
		})
		.join('');
}

/** A metric's name without what the measurement says already. */
function fieldName({ name }: Family, prefix: string, measurement: string): string {
	return name.startsWith(`${measurement}_`)
		? name.slice(measurement.length + 1)
		: name.slice(prefix.length + 1);
}

interface Entry {
	readonly tags: Labels;
	readonly field: string;
	readonly value: string;
}

function entriesOf({ type, stateLabel, samples }: Family, field: string): Entry[] {
	return samples.flatMap(({ labels, value }): Entry[] => {
		if (type === 'info') {
			const entries = Object.entries(labels);
			const tags = Object.fromEntries(entries.filter(([name]) => identityLabels.has(name)));
			return entries
				.filter(([name]) => !identityLabels.has(name))
				.map(([name, text]) => ({ tags, field: name, value: fieldText(text) }));
		}
		if (stateLabel !== undefined) {
			const { [stateLabel]: state = '', ...tags } = labels;
			return value === 1 ? [{ tags, field, value: fieldText(state) }] : [];
		}
		return Number.isFinite(value) ? [{ tags: labels, field, value: String(value) }] : [];
	});
}

function tagText(tags: Labels): string {
	return Object.entries(tags)
		.map(([name, value]) => [name, tagValue(value)] as const)
		.filter(([, value]) => value !== '')
		.map(([name, value]) => `,${escapeTag(name)}=${value}`)
		.join('');
}

/** A backslash at its end would escape what follows. */
function tagValue(text: string): string {
	return escapeTag(stripControls(text).trim().replace(/\\+$/, ''));
}

function fieldText(text: string): string {
	return `"${stripControls(text).replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

function escapeTag(text: string): string {
	return text.replaceAll(/[,= ]/g, (character) => `\\${character}`);
}

function escapeName(text: string): string {
	return text.replaceAll(/[, ]/g, (character) => `\\${character}`);
}
