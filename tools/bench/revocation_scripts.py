"""What the processes of `bench.revocation` run: ours, the limit and the peers, each by itself.

Arguments: the list (of `MANY` the directory of lists), its CA's certificate, serial numbers to look
up in JSON. Each prints its figures as one JSON object. `ALONE` runs another program instead.
"""

COMMON = """
import json, resource, sys, time
from pathlib import Path
place, ca = Path(sys.argv[1]), Path(sys.argv[2])
serials = json.loads(sys.argv[3])
most = 0
def peak():
    # Not ru_maxrss: what the runner itself takes would count, for it outlives exec.
    (peak,) = [line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM:")]
    return int(peak) * 1024
def report(**figures):
    print(json.dumps({**figures, "peak": most or peak()}))
def processor():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
def per_lookup(find):
    # Some peers go through the whole list at each look-up: a second is enough of that.
    global most
    find(serials[0])
    # Now, for the times of a million look-ups take memory, too.
    most = peak()
    times, clock = [], time.perf_counter
    end = clock() + 1
    while clock() < end:
        for serial in serials:
            started = clock()
            find(serial)
            times.append(clock() - started)
            if clock() > end:
                break
    return sorted(times)[len(times) // 2]
def best(load):
    # The best of a second's times, some at most; those that take seconds, once.
    loads, times, clock = [], [], time.perf_counter
    end = clock() + 1
    while not loads or len(loads) < 50 and clock() < end:
        found = None
        used, started = processor(), clock()
        found = load()
        loads.append(clock() - started)
        times.append(processor() - used)
    return found, {"load": min(loads), "used": min(times)}
"""
OURS = f"""{COMMON}
from jpki.revocation import in_memory, read_list
from jpki.verify.anchors import Anchor
anchors = [Anchor.load(ca.read_bytes())]
def load():
    with place.open("rb", buffering=0) as file:
        return in_memory([read_list(file, place.stat().st_size, anchors)])
((part,), figures) = best(load)
report(**figures, lookup=per_lookup(part.find) if serials else 0)
"""
ADDING = f"""{COMMON}
import shutil, tempfile
from jpki.revocation import IndexDirectory
from jpki.verify.anchors import Anchor
anchors = [Anchor.load(ca.read_bytes())]
made = Path(tempfile.mkdtemp())
def load():
    index = IndexDirectory(Path(tempfile.mkdtemp(dir=made)))
    (outcome,) = index.add([place], anchors)
    assert outcome.taken
    return index, outcome.read.frame.entries
(index, entries), figures = best(load)
(part,) = index.parts()
size = sum(path.stat().st_size for path in index.path.iterdir())
lookup = per_lookup(part.find) if serials else 0
report(**figures, lookup=lookup, per_entry=size / max(entries, 1))
shutil.rmtree(made)
"""
LIMIT = f"""{COMMON}
import hashlib
def load():
    digest = hashlib.sha256()
    with place.open("rb", buffering=0) as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.digest()
report(**best(load)[1])
"""
CRYPTOGRAPHY = f"""{COMMON}
from cryptography import x509
issuer = x509.load_der_x509_certificate(ca.read_bytes())
def load():
    found = x509.load_der_x509_crl(place.read_bytes())
    assert found.is_signature_valid(issuer.public_key())
    found.get_revoked_certificate_by_serial_number(serials[0])
    return found
found, figures = best(load)
report(**figures, lookup=per_lookup(found.get_revoked_certificate_by_serial_number))
"""
ASN1CRYPTO = f"""{COMMON}
from asn1crypto.crl import CertificateList
def load():
    tbs = CertificateList.load(place.read_bytes())["tbs_cert_list"]
    return {{
        one["user_certificate"].native: (one["revocation_date"].native, one.crl_reason_value)
        for one in tbs["revoked_certificates"]
    }}
entries, figures = best(load)
report(**figures, lookup=per_lookup(entries.get))
"""
# Started from a process with nothing in it: what a program is started by counts as its own memory.
ALONE = """
import json, os, sys, time
started = time.perf_counter()
_, status, used = os.wait4(os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ), 0)
took = time.perf_counter() - started
print(json.dumps({"load": took, "peak": used.ru_maxrss * 1024}))
sys.exit(os.waitstatus_to_exitcode(status))
"""
MANY = f"""{COMMON}
from jpki.revocation import IndexDirectory, IndexSource
from jpki.verify import Kind, TrustAnchors, Verifier
from jpki.verify.anchors import Anchor
from tests.support import pki
import tempfile, shutil
anchors = [Anchor.load(ca.read_bytes())]
index = IndexDirectory(Path(tempfile.mkdtemp()))
certificate = (place / "certificate").read_bytes()
clock = time.perf_counter
started = clock()
taken = sum(one.taken for one in index.add(sorted(place.glob("*.crl")), anchors))
loaded = clock() - started
assert taken == len(list(place.glob("*.crl")))
trust = TrustAnchors(sign=tuple(anchors))
started = clock()
verifier = Verifier(trust, IndexSource(index.parts()))
opened = clock() - started
times = []
for _ in range(300):
    started = clock()
    verdict = verifier.check(certificate, Kind.SIGN, moment=pki.NOW).verdict
    times.append(clock() - started)
assert verdict.value == "GOOD"
report(load=loaded, open=opened, check=sorted(times)[len(times) // 2])
shutil.rmtree(index.path)
"""
