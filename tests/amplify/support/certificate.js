// A certificate authority that lives as long as one test, and a certificate of it for Pinpoint's own host names.

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export const PINPOINT = 'pinpoint.us-east-1.amazonaws.com';
export const COGNITO = 'cognito-identity.us-east-1.amazonaws.com';

const openssl = (...args) => execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'pipe'] });

/** Files in `directory`: authority, certificate and key; and by what Chromium may know the certificate. */
export function makeCertificate(directory) {
  const file = (name) => path.join(directory, name);
  const newKey = (name) => openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', file(name));

  newKey('authority.key');
  openssl('req', '-x509', '-new', '-key', file('authority.key'), '-days', '2', '-subj', '/CN=Test authority',
    '-addext', 'basicConstraints=critical,CA:TRUE', '-addext', 'keyUsage=critical,keyCertSign', '-out', file('authority.pem'));

  newKey('server.key');
  openssl('req', '-new', '-key', file('server.key'), '-subj', `/CN=${PINPOINT}`, '-out', file('server.csr'));
  const names = [PINPOINT, COGNITO, 'localhost'].map((host) => `DNS:${host}`).concat('IP:127.0.0.1').join(',');
  writeFileSync(file('names'), `subjectAltName=${names}\nbasicConstraints=CA:FALSE\n`);
  openssl('x509', '-req', '-in', file('server.csr'), '-CA', file('authority.pem'), '-CAkey', file('authority.key'),
    '-CAcreateserial', '-days', '2', '-extfile', file('names'), '-out', file('server.pem'));

  const publicKey = execFileSync('openssl', ['pkey', '-in', file('server.key'), '-pubout', '-outform', 'DER']);
  const digest = execFileSync('openssl', ['dgst', '-sha256', '-binary'], { input: publicKey });
  return {
    authority: readFileSync(file('authority.pem')),
    authorityFile: file('authority.pem'),
    certificateFile: file('server.pem'),
    keyFile: file('server.key'),
    publicKeyDigest: digest.toString('base64'),
  };
}
