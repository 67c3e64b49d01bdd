#!/usr/bin/env python3
"""The network's speed beside other engines', interleaved over several rounds; scripts/bench.sh peers runs it.

  scripts/bench.sh peers inception|alexnet [--precision f32|bf16x3|bf16] [--rounds N] [--seconds S]
                   [--engines torch,onnxruntime,...] [--threads N] [--cpu-mask SETS]

Each round is one run of peers.py: ours, every engine in turn, ours again, the better of our two figures. The order of
engines moves on by one from round to round. A ratio is that of one round; the table gives the median and the range. With
--cpu-mask avx512 the engines are asked to do without AVX-512 too, by the variables that those who have one obey.
Needs PYTHON with torch, torchvision, onnx, onnxruntime, openvino, ncnn, pnnx (engines that are missing are left out)
and PEERS, the path of peers.py.
"""
import argparse, datetime, json, os, platform, shlex, statistics, subprocess, sys

WITHOUT_AVX512 = {"ATEN_CPU_CAPABILITY": "avx2", "ONEDNN_MAX_CPU_ISA": "AVX2", "DNNL_MAX_CPU_ISA": "AVX2",
                  "MKL_ENABLE_INSTRUCTIONS": "AVX2"}
FLAGS = ("avx2", "fma", "avx512f", "avx512_bf16", "amx_tile", "amx_bf16")


def machine():
    model, flags = platform.machine(), []
    with open("/proc/cpuinfo") as info:
        for line in info:
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                model = value.strip()
            if name.strip() == "flags":
                flags = [flag for flag in FLAGS if flag in value.split()]
    return {"cpu": model, "flags": flags, "cores": len(os.sched_getaffinity(0)),
            "date": datetime.date.today().isoformat(), "system": f"{platform.system()} {platform.release()}"}


def ours(a):
    command = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "bench.sh"), "forward", a.net, "--precision",
               a.precision, str(2 * a.seconds), str(a.threads), a.cpu_mask]
    return shlex.join(command)


def run_round(a, number):
    engines = a.engines.split(",")
    turn = number % len(engines)
    command = [sys.executable, a.peers, "--net", a.net, "--engines", ",".join(engines[turn:] + engines[:turn]),
               "--seconds", str(a.seconds), "--threads", str(a.threads), "--ours", ours(a)]
    environment = dict(os.environ)
    if "avx512" in a.cpu_mask.split(",") or "avx2" in a.cpu_mask.split(","):
        environment.update(WITHOUT_AVX512)
    found = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True)
    if found.returncode != 0:
        sys.exit(f"bench_peers.py: round {number + 1}: peers.py failed ({found.returncode})")
    rates = {}
    for line in found.stdout.splitlines():
        result = json.loads(line)
        if "skipped" in result:
            print(f"without {result['engine']}: {result['skipped']}", file=sys.stderr)
        else:
            rates[result["engine"]] = result["img_s"]
    print(f"round {number + 1} of {a.rounds}: {rates}", file=sys.stderr, flush=True)
    return rates


def summarise(rounds):
    rows = []
    for engine in sorted(rounds[0], key=lambda e: -statistics.median(r[e] for r in rounds)):
        row = {"engine": engine, "img_s": statistics.median(r[engine] for r in rounds)}
        if engine != "vtonmetrics":
            ratios = [r["vtonmetrics"] / r[engine] for r in rounds]
            row.update(ratio=statistics.median(ratios), least=min(ratios), most=max(ratios))
        rows.append(row)
    return rows


def print_table(a, where, rows):
    command = shlex.join(["scripts/bench.sh", "peers"] + sys.argv[1:])
    print(f"$ {command}")
    print(f"{where['cpu']}, {a.threads} of {where['cores']} cores, {' '.join(where['flags'])}; {where['date']}, "
          f"{a.rounds} rounds\n")
    print(f"  {'engine':<22} {'images a second':>15}  {'ours / it':>9}  {'range':<13}")
    for row in rows:
        if row["engine"] == "vtonmetrics":
            print(f"  {'vtonmetrics ' + a.precision:<22} {row['img_s']:>15.1f}")
        else:
            print(f"  {row['engine']:<22} {row['img_s']:>15.1f}  {row['ratio']:>9.2f}  "
                  f"{row['least']:.2f} .. {row['most']:.2f}")


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("net", choices=("inception", "alexnet"))
    ap.add_argument("--precision", choices=("f32", "bf16x3", "bf16"), default="f32")
    ap.add_argument("--rounds", type=int, default=5)
    ap.add_argument("--seconds", type=float, default=3.0, help="for each batch size of each engine")
    ap.add_argument("--engines", default="torch,torch-cl,onnxruntime,openvino,openvino-bf16,ncnn")
    ap.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    ap.add_argument("--cpu-mask", default="")
    a = ap.parse_args()
    a.peers = os.environ.get("PEERS", "")
    if not os.path.isfile(a.peers):
        sys.exit("bench_peers.py: PEERS: no such file: name the peers.py that measures the other engines")
    rounds = [run_round(a, number) for number in range(a.rounds)]
    where, rows = machine(), summarise(rounds)
    print_table(a, where, rows)
    print("\n" + json.dumps({"net": a.net, "precision": a.precision, "cpu_mask": a.cpu_mask, "threads": a.threads,
                             "machine": where, "rounds": rounds, "rows": rows}))


if __name__ == "__main__":
    main()
