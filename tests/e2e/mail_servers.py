"""Real mail servers for tests: a private Postfix on loopback that keeps what it is sent and sends nothing on.

    with Postfix() as relay:                # plain relay
    with Postfix(submission=True) as relay: # demands STARTTLS and AUTH
        ... relay.host, relay.port, relay.user, relay.password, relay.certificate
        for mail in relay.wait_for(2): mail.recipient, mail.envelope_from, mail.message

Needs root and the packages postfix, sasl2-bin and libsasl2-modules. Each server has its own configuration, queue and
mailboxes in a temporary directory; all of it, its processes too, is gone when the context ends. Nothing of the
machine's own Postfix is used or changed but its programs.
"""

import email
import email.policy
import os
import shutil
import socket
import subprocess
import tempfile
import time

START_SECONDS_MAX = 20
STOP_SECONDS_MAX = 10
REALM = "postfix.test"

MAIN_CF = """
compatibility_level = 3.6
queue_directory = {dir}/queue
data_directory = {dir}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = {dir}/postfix.log
maillog_file_prefixes = {dir}
alias_maps =
alias_database =
import_environment = MAIL_CONFIG={dir}/etc
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = relay.{realm}
mydestination =
mynetworks = 127.0.0.0/8
smtputf8_enable = yes
message_size_limit = 12000000
smtpd_peername_lookup = no
smtpd_client_restrictions = {client_restrictions}
smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, reject
smtpd_recipient_restrictions = check_recipient_access texthash:{dir}/etc/recipients, permit
smtpd_sender_restrictions = check_sender_access texthash:{dir}/etc/senders, permit
smtpd_delay_reject = {delay_reject}
smtpd_error_sleep_time = 0
smtpd_soft_error_limit = 10000
smtpd_hard_error_limit = 10000
smtpd_client_connection_count_limit = 0
local_transport = virtual:
default_transport = virtual:
relay_transport = virtual:
virtual_transport = virtual:
virtual_mailbox_base = {dir}/mail
virtual_mailbox_maps = static:inbox/
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_destination_recipient_limit = 1
enable_original_recipient = yes
notify_classes =
"""

SUBMISSION_CF = """
smtpd_tls_security_level = encrypt
smtpd_tls_auth_only = yes
smtpd_tls_cert_file = {dir}/etc/certificate.pem
smtpd_tls_key_file = {dir}/etc/key.pem
smtpd_sasl_auth_enable = yes
smtpd_sasl_path = smtpd
smtpd_sasl_local_domain = {realm}
"""

MASTER_CF = """
127.0.0.1:{port} inet n - n - - smtpd
postlog   unix-dgram n - n - 1 postlogd
pickup    unix n - n 60 1 pickup
cleanup   unix n - n - 0 cleanup
qmgr      unix n - n 300 1 qmgr
tlsmgr    unix - - n 1000? 1 tlsmgr
rewrite   unix - - n - - trivial-rewrite
bounce    unix - - n - 0 discard
defer     unix - - n - 0 bounce
trace     unix - - n - 0 bounce
verify    unix - - n - 1 verify
proxymap  unix - - n - - proxymap
virtual   unix - n n - - virtual
error     unix - - n - - error
retry     unix - - n - - error
discard   unix - - n - - discard
anvil     unix - - n - 1 anvil
"""

SASL_CONF = """
pwcheck_method: auxprop
auxprop_plugin: sasldb
sasldb_path: {dir}/etc/sasl/users
mech_list: PLAIN LOGIN CRAM-MD5
"""


def missing_requirements():
    """Why a Postfix cannot be started here, or None."""
    if os.geteuid() != 0:
        return "needs root"
    for program in ("/usr/sbin/postfix", "/usr/lib/postfix/sbin/master", "/usr/sbin/saslpasswd2"):
        if not os.path.exists(program):
            return f"{program} is not installed"
    return None


class ReceivedMail:
    """One message as it was delivered to one recipient."""

    def __init__(self, raw):
        self.raw = raw
        self.message = email.message_from_bytes(raw, policy=email.policy.default)
        self.recipient = str(self.message["X-Original-To"] or self.message["Delivered-To"])
        self.envelope_from = str(self.message["Return-Path"]).strip("<>")

    def text(self, subtype="plain"):
        """The decoded text of that part, with plain line ends; None if there is no such part."""
        part = self.message.get_body(preferencelist=(subtype,))
        return None if part is None else part.get_content().replace("\r\n", "\n")


class Postfix:
    """One running server. `refused` recipients get 550 5.1.1 in RCPT, `deferred` ones 450 4.2.1, `refused_senders` get
    550 5.7.1 for MAIL FROM; everybody else's mail is kept."""

    def __init__(self, submission=False, refused=("refused@inbox.test",), deferred=("deferred@inbox.test",),
                 refused_senders=("banned@sender.test",)):
        self.submission = submission
        self.refused, self.deferred, self.refused_senders = refused, deferred, refused_senders
        self.host, self.port = "127.0.0.1", None
        self.user, self.password = f"pinion@{REALM}", "correct horse"
        self.certificate = None
        self._temporary = None
        self._master = None
        self._read = set()

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self):
        self._temporary = tempfile.TemporaryDirectory(prefix="pinion-postfix-")
        try:
            self._prepare()
            # In the foreground and a child of the test, so that it cannot be left behind.
            self._master = subprocess.Popen(
                ["/usr/lib/postfix/sbin/master", "-c", self._path("etc"), "-d"], stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True,
            )
            self._wait_until_up()
        except BaseException:
            self.stop()
            raise

    def stop(self):
        """Ends the server and its helpers and removes its files."""
        if self._master and self._master.poll() is None:
            self._master.terminate()
            try:
                self._master.wait(STOP_SECONDS_MAX)
            except subprocess.TimeoutExpired:
                os.killpg(self._master.pid, 9)
                self._master.wait()
        if self._master:
            self._master.stderr.close()
            self._master = None
        if self._temporary:
            self._temporary.cleanup()
            self._temporary = None

    def mails(self):
        """All mails kept so far, in the order of their arrival."""
        return [self._parsed(path) for path in self._maildir_files()]

    def wait_for(self, count, seconds=30):
        """The mails once there are at least `count`; an AssertionError with the server's log if they do not come."""
        deadline = time.monotonic() + seconds
        while len(self._maildir_files()) < count:
            if time.monotonic() > deadline:
                raise AssertionError(f"{len(self._maildir_files())} of {count} mails came; "
                                     f"the log ends:\n{self.log()[-3000:]}")
            time.sleep(0.02)
        return self.mails()

    def log(self):
        """What the server wrote, for failures and to look at its side of the dialogue."""
        try:
            with open(self._path("postfix.log"), encoding="utf-8", errors="replace") as log:
                return log.read()
        except FileNotFoundError:
            return ""

    # What follows is how it is set up.

    def _path(self, *parts):
        return os.path.join(self._temporary.name, *parts)

    def _prepare(self):
        os.chmod(self._temporary.name, 0o755)
        self.port = free_port()
        for name in ("etc", "data", "queue", "mail"):
            os.mkdir(self._path(name))
        shutil.chown(self._path("data"), "postfix")
        nobody = shutil._get_uid("nobody")  # pylint: disable=protected-access
        group = shutil._get_gid("nogroup")  # pylint: disable=protected-access
        os.chown(self._path("mail"), nobody, group)
        client = "permit_sasl_authenticated, reject" if self.submission else "permit_mynetworks, reject"
        values = {"dir": self._temporary.name, "realm": REALM, "port": self.port, "uid": nobody, "gid": group,
                  "client_restrictions": client,
                  # Refusals come at the command they are about; but a client must be let in to authenticate.
                  "delay_reject": "yes" if self.submission else "no"}
        if self.submission:
            self._prepare_submission(values)
        self._write("etc/main.cf", (MAIN_CF + (SUBMISSION_CF if self.submission else "")).format(**values))
        self._write("etc/master.cf", MASTER_CF.format(**values))
        self._write("etc/recipients", "".join(
            [f"{address} 550 5.1.1 No such user here\n" for address in self.refused]
            + [f"{address} 450 4.2.1 Mailbox is busy\n" for address in self.deferred]))
        self._write("etc/senders", "".join(
            f"{address} 550 5.7.1 Sender is not allowed\n" for address in self.refused_senders))
        # Makes the queue's folders with their owners.
        run(["/usr/sbin/postfix", "-c", self._path("etc"), "check"])

    def _prepare_submission(self, values):
        # Debian's Postfix reads Cyrus SASL's settings below its own configuration, whatever it is told.
        os.mkdir(self._path("etc", "sasl"))
        self._write("etc/sasl/smtpd.conf", SASL_CONF.format(**values))
        name, realm = self.user.split("@")
        run(["/usr/sbin/saslpasswd2", "-p", "-c", "-f", self._path("etc", "sasl", "users"), "-u", realm, name],
            stdin=self.password)
        shutil.chown(self._path("etc", "sasl", "users"), "postfix")
        self.certificate = self._path("etc", "certificate.pem")
        run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
             "-keyout", self._path("etc", "key.pem"), "-out", self.certificate, "-subj", "/CN=localhost",
             "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"])

    def _write(self, name, text):
        with open(self._path(*name.split("/")), "w", encoding="utf-8") as file:
            file.write(text)

    def _wait_until_up(self):
        deadline = time.monotonic() + START_SECONDS_MAX
        while True:
            if self._master.poll() is not None:
                raise RuntimeError(f"Postfix ended: {self._master.stderr.read().decode()} {self.log()[-3000:]}")
            try:
                with socket.create_connection((self.host, self.port), timeout=5) as probe:
                    if probe.recv(100).startswith(b"220 "):
                        return
            except OSError:
                pass
            if time.monotonic() > deadline:
                raise RuntimeError(f"Postfix did not come up: {self.log()[-3000:]}")
            time.sleep(0.05)

    def _maildir_files(self):
        folder = self._path("mail", "inbox", "new")
        if not os.path.isdir(folder):
            return []
        paths = [os.path.join(folder, name) for name in os.listdir(folder)]
        return sorted(paths, key=lambda path: (os.stat(path).st_mtime_ns, path))

    @staticmethod
    def _parsed(path):
        with open(path, "rb") as file:
            return ReceivedMail(file.read())


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def run(command, stdin=None):
    result = subprocess.run(command, input=stdin, text=True, capture_output=True, timeout=60, check=False)
    if result.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} failed: {result.stdout}{result.stderr}")
