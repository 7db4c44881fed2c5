import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'rolldown';
import * as z from 'zod';

const manifestSchema = z.object({
	name: z.string(),
	version: z.string(),
	license: z.string(),
	homepage: z.string().optional(),
});

/**
 * Writes `licenses.txt` beside the bundle: the licence of every package of which a module is really in it.
 * An import that is left in the bundle is an error, as the package installs nothing beside it.
 */
export const thirdPartyLicenses: Plugin = {
	name: 'third-party-licenses',
	generateBundle(_options, bundle) {
		const chunks = Object.values(bundle).filter((output) => output.type === 'chunk');
		for (const { fileName, imports, dynamicImports } of chunks)
			for (const name of [...imports, ...dynamicImports])
				if (!Object.hasOwn(bundle, name) && !process.getBuiltinModule(name))
					this.error(`${fileName} imports ${name}, which is not in the bundle`);
		const directories = chunks.flatMap(({ modules }) =>
			Object.entries(modules).flatMap(([id, { renderedLength }]) =>
				renderedLength === 0 ? [] : (packageOf(id) ?? []),
			),
		);
		this.emitFile({
			type: 'asset',
			fileName: 'licenses.txt',
			source: licenseText([...new Set(directories)]),
		});
	},
};

/** The directory of the package that a module belongs to; undefined for one of ours. */
function packageOf(id: string): string | undefined {
	return /^(.*[/\\]node_modules[/\\](?:@[^/\\]+[/\\])?[^/\\]+)[/\\]/.exec(id)?.[1];
}

function licenseText(directories: readonly string[]): string {
	const parts = directories.map((directory) => {
		const text = readFileSync(join(directory, 'package.json'), 'utf8');
		const { name, version, license, homepage } = manifestSchema.parse(JSON.parse(text));
		const title = `${name} ${version} (${license})`;
		const terms = readdirSync(directory)
			.filter((file) => /^(?:licen[cs]e|copying|notice)/i.test(file))
			.toSorted()
			.map((file) => readFileSync(join(directory, file), 'utf8').trim());
		const missing = `The package ships no licence text of its own. ${homepage ?? ''}`.trim();
		return [title, '-'.repeat(title.length), '', ...(terms.length > 0 ? terms : [missing])].join(
			'\n',
		);
	});
	return `nodetop contains parts of these packages.\n\n${[...new Set(parts)].toSorted().join('\n\n\n')}\n`;
}
