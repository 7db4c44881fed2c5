import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { schemaPath, schemaText } from '../../scripts/schema-text.ts';
import { documentSchema } from '../../source/sections/snapshot.ts';

describe('the committed JSON Schema', () => {
	it('is the one that follows from the zod schema (npm run schema writes it)', () => {
		expect(readFileSync(schemaPath, 'utf8')).toBe(schemaText());
	});
});

describe('the names that scripts rely on', () => {
	const node = documentSchema.shape.nodes.element.shape;
	it.each([
		['target', ['name', 'kind']],
		['poll', ['latencyMs', 'error']],
		['identity', ['nodeId', 'client', 'version', 'chainId', 'networkId', 'uptimeSeconds']],
		[
			'consensus',
			[
				'status',
				'round',
				'view',
				'height',
				'finalized',
				'pending',
				'lastFinalizedAt',
				'averageFinalityMs',
			],
		],
		[
			'dag',
			['vertices', 'edges', 'tips', 'depth', 'branchingFactor', 'growthPerSecond', 'storageBytes'],
		],
		['chain', ['head']],
		[
			'network',
			['peers', 'inbound', 'outbound', 'bytesInPerSecond', 'bytesOutPerSecond', 'latencyMs'],
		],
		['resources', ['cpuRatio', 'memoryResidentBytes', 'threads', 'openFiles']],
		['health', ['status', 'issues']],
	] as const)('%s', (section, names) => {
		const schema = node[section];
		const shape = 'unwrap' in schema ? schema.unwrap().shape : schema.shape;
		expect(Object.keys(shape)).toEqual(expect.arrayContaining([...names]));
	});
});
