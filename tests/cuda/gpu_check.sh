# scripts/gpu-check.sh --first over a device that is not there: its lines and its JSON object are there whatever a stage does,
# and in time. Programs that would take minutes without a GPU are replaced by ones that do nothing.
set -uo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
complaints=0
complain() { echo "not as it should be: $*"; complaints=$((complaints + 1)); }

build=$scratch/build
mkdir -p "$build"/{bin,tests,lib} "$scratch"/photos/{image,GAN}
: >"$build/packed"
for name in golden_test_networks cuda_test_resample kernels_test_{pooling,extreme,convolution}; do
  ln -s "$BUILD_DIR/tests/cuda_test_resample" "$build/tests/$name"
done
cat >"$build/bin/vtonmetrics" <<END
#!/bin/sh
[ "\$1" != fid ] || { echo 8.25; exit; }
[ "\$1" != lpips ] || set -- "\$@" --size 32 --batch 2
exec "$BUILD_DIR/bin/vtonmetrics" "\$@"
END
cat >"$build/bin/bench_forward" <<'END'
#!/bin/sh
echo '{"net": "alexnet", "img_s": 100.5, "img_s_recorded": 101, "recordings": 2, "recordings_failed": 1, "img_s_with_images": 90}'
END
cat >"$build/bin/bench_engines" <<'END'
#!/bin/sh
echo 'precision,in,out,kernel,stride,images,input,engine,how,workspace,us'
echo 'f32,3,64,3x3,1,64,9x9,0,fused,0,20'
echo 'f32,3,64,3x3,1,64,9x9,1,fused,0,10'
END
cat >"$build/bin/python" <<'END'
#!/bin/sh
case "$*" in *gpu_check_torch.py*--values*) echo lpips_difference 1e-7; echo alexnet_f32_eager 50 ;; *) exit 1 ;; esac
END
chmod +x "$build"/bin/*
for i in 1 2; do
  cp "$SOURCE_DIR/datasets/demo/image/0000${i}_00.jpg" "$scratch/photos/image"
  cp "$SOURCE_DIR/datasets/demo/GAN/0000${i}_00.png" "$scratch/photos/GAN"
done

export BUILD_DIR=$build GPU_CHECK_MODULE=$FAKE_CUDA GPU_CHECK_IMAGES=4 PYTHON=$build/bin/python
check() { # check FAULTS OPTIONS...: starts it, with its process in $checking
  rm -f "$scratch"/result*
  VTM_FAKE_CUDA=$1 "$SOURCE_DIR/scripts/gpu-check.sh" --first --images "$scratch/photos" --output "$scratch/result" "${@:2}" \
    >"$scratch/output" 2>&1 &
  checking=$!
}
ends_with() { # ends_with STATUS SECONDS: and its table is there
  local begin=$SECONDS status
  wait "$checking"
  status=$?
  [ "$status" = "$1" ] || complain "status $status instead of $1"
  [ $((SECONDS - begin)) -le "$2" ] || complain "it took $((SECONDS - begin)) s, more than $2"
  grep -q '^{"schema": "vtonmetrics/gpu-check/3", "failures": [0-9]*, "device": "Fake"' "$scratch/result" || complain 'a JSON object'
  ! command -v python3 >/dev/null || python3 -m json.tool "$scratch/result" >/dev/null || complain 'the JSON object is none'
  [ -z "$(cut -d' ' -f1 "$scratch/result.rows" | sort | uniq -d)" ] || complain 'each name once'
  [ "$(grep -c . "$scratch/result.rows")" -ge "$3" ] || complain "less than $3 rows"
}
has() { grep -qE "^$1 +$2" "$scratch/result.rows" || complain "no row '$1 $2'"; }

check ''
ends_with 0 300 40
for row in 'test_networks passed  GOOD' 'test_convolution_fp16 passed  GOOD' 'lpips_from_run_to_run 0  GOOD' \
  'fd_alexnet_gpu 8.25' 'inception_f32_img_s 100.5' 'alexnet_tf32_img_s_recorded 101  -    2 recordings made, 1 failed' \
  'engines_f32_best_over_first 0.5' 'program_network alexnet' 'torch_lpips_difference 1e-7  GOOD' \
  'alexnet_f32_eager_torch_over_ours 0.497512  GOOD' 'seconds_memory_errors [0-9]'; do
  has "${row%% *}" "${row#* }"
done

# A stage hangs: the others have their time. It decides, so that speed is not asked for.
check hang=golden_test_networks --limit 40
ends_with 1 60 20
has test_networks 'took too long  BAD'
has test_resample 'passed  GOOD'
has diagnosis passed
! grep -q _img_s "$scratch/result.rows" || complain 'no speed of what is wrong'

# One crashes: a line like others.
check crash=kernels_test_pooling
ends_with 1 300 40
has test_pooling_f32 'crashed  BAD'
has test_extreme_f32 'passed  GOOD'

# It is ended while a stage hangs.
check hang=golden_test_networks
until grep -q value_difference "$scratch/result.rows" 2>/dev/null; do sleep 0.2; done
sleep 1
kill -TERM "$checking"
ends_with 143 10 8
has ended 'by a signal  BAD'

[ $complaints = 0 ] || { cat "$scratch/output" "$scratch/result.log"; exit 1; }
