import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { pushSchema } from '../../source/app/pair/messages.ts';
import { servedPages } from '../../source/app/served-pages.ts';
import { openApiDocument } from '../../source/serve/openapi.ts';

const manual = readFileSync(fileURLToPath(new URL('../../docs/serve.md', import.meta.url)), 'utf8');
const pages = servedPages(() => expect.unreachable());
const { paths } = openApiDocument({ version: '0', pages }) as {
	paths: Record<
		string,
		Record<
			string,
			{ requestBody?: { content: Record<string, { schema: { properties: object } }> } }
		>
	>;
};

it.each(Object.keys(paths))('the manual of the server has %s', (path) => {
	const place = path.replaceAll('{name}', 'NAME').replaceAll('{fingerprint}', 'FINGERPRINT');
	const names = [place, place.replace('{id}', 'ID')];
	// Below a path that is there, the rest is enough: `POST …/FINGERPRINT/snooze`, `/metrics`.
	const rests = names.map((name) => name.slice(name.lastIndexOf('/')));
	const base = place.slice(0, place.indexOf('/', '/api/v1/'.length));
	const isThere = names.some((name) => manual.includes(`\`${name}`));
	const isBelow = manual.includes(`\`${base}`) && rests.some((rest) => manual.includes(rest));
	expect(isThere || isBelow).toBe(true);
});

it('the description of a push of a pair has the fields of one', () => {
	const { schema } =
		paths['/api/v1/pair']?.['post']?.requestBody?.content['application/json'] ?? {};
	expect(Object.keys(schema?.properties ?? {})).toEqual(Object.keys(pushSchema.shape));
});
