// The operator's calls of the API, signed by curl.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Calls a server whose certificate `authorityFile` vouches for; the decoded answer. */
export async function callApi(server, authorityFile, method, target, body) {
  const { accessKeyId, secretAccessKey } = server.administrator;
  const { stdout } = await run('curl', [
    '--silent', '--show-error', '--fail-with-body', '--max-time', '30', '--cacert', authorityFile,
    '--aws-sigv4', 'aws:amz:us-east-1:mobiletargeting', '--user', `${accessKeyId}:${secretAccessKey}`,
    '--request', method, ...(body ? ['--data-binary', JSON.stringify(body)] : []), server.url + target,
  ]);
  return stdout === '' ? undefined : JSON.parse(stdout);
}
