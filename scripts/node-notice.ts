/**
 * After `npm ci`: where npm itself runs on a Node.js that is too old for nodetop, says in one line that npm's
 * warning about it is expected. The project installs a Node.js of its own, and this file already runs on that.
 */
const [, agent = ''] = / node\/v(\d+\.\d+)/.exec(process.env['npm_config_user_agent'] ?? '') ?? [];
const [major = 0, minor = 0] = agent.split('.').map(Number);
if (agent !== '' && (major < 22 || (major === 22 && minor < 13)))
	console.log(
		`npm warns (EBADENGINE) because it runs on Node.js ${agent}: that is intended, for nodetop here runs on Node.js ${process.versions.node}, which npm has just installed`,
	);
