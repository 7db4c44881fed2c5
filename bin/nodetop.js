#!/usr/bin/env node
// No static import of the program, and no named one that an old Node lacks: both fail before this check.
import module from 'node:module';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 13)) {
	process.stderr.write(
		`nodetop needs Node.js 22.13 or newer, but this is ${process.version} (${process.execPath})\n`,
	);
	process.exitCode = 1;
} else {
	module.enableCompileCache();
	await import('../dist/cli.js').catch((error) => {
		if (error?.code !== 'ERR_MODULE_NOT_FOUND' || !String(error.message).includes('/dist/cli.js'))
			throw error;
		process.stderr.write('nodetop is not built yet: run `npm run build` first\n');
		process.exitCode = 1;
	});
}
