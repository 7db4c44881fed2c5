import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { releaseChangelog } from './changelog.ts';
import { smokeTest } from './smoke-test.ts';

/**
 * `npm run release -- VERSION`: sets the version, dates the changelog, packs, and tries the package as a user
 * gets it. Commits and publishes nothing: it prints what to do next. On a failure the files are as before.
 */
const root = fileURLToPath(new URL('..', import.meta.url));
const files = ['package.json', 'package-lock.json', 'changelog.md'].map((name) => `${root}${name}`);

async function release(version: string): Promise<void> {
	const before = files.map((file) => ({ file, text: readFileSync(file) }));
	try {
		const setVersion = ['version', version, '--no-git-tag-version', '--workspaces-update=false'];
		execFileSync('npm', setVersion, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
		const changelog = `${root}changelog.md`;
		const date = new Date().toISOString().slice(0, 10);
		writeFileSync(changelog, releaseChangelog(readFileSync(changelog, 'utf8'), version, date));
		const packed = await smokeTest();
		if (packed.version !== version) throw new Error(`--version prints ${packed.version}`);
		if (packed.alsoInstalled.length > 0)
			throw new Error(`installs ${packed.alsoInstalled.join(', ')} as well`);
		if (packed.pollStatus !== 'ok') throw new Error(`a devnet node is ${packed.pollStatus}`);
	} catch (error) {
		for (const { file, text } of before) writeFileSync(file, text);
		throw error;
	}
	process.stdout.write(
		`nodetop ${version} packs, installs and polls. Next:\n` +
			`  npm test\n  git commit -am 'release ${version}'\n  git tag v${version}\n  npm publish\n`,
	);
}

const [version = '', ...rest] = process.argv.slice(2);
if (rest.length > 0 || !/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version)) {
	process.stderr.write('usage: npm run release -- VERSION   (for example 1.2.0)\n');
	process.exitCode = 64;
} else await release(version);
