/** Runs once before all tests: on an old Node they would fail in ways that explain nothing. */
export function setup(): void {
	const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
	if (major < 22 || (major === 22 && minor < 13)) {
		throw new Error(
			`the tests need Node.js 22.13 or newer, but this is ${process.version}; run them with npm test`,
		);
	}
}
