#!/bin/sh
# Makes or repairs the virtual environment: install.sh FOLDER WHAT, e.g. install.sh .venv '.[dev]'.
# May be interrupted and repeated at any point.
set -eu
venv=$1
what=$2

fail() {
    printf '%s\n' "$@" >&2
    exit 1
}

python=${PYTHON:-}
[ -n "$python" ] || fail '没有找到 Python。请安装 Python 3.11 至 3.13 后再运行同一条命令。' \
    'No Python found. Install Python 3.11 to 3.13 and run the same command again.'
command -v "$python" >/dev/null ||
    fail "找不到 $python。请安装 Python 3.11 至 3.13 后再运行同一条命令。" \
        "$python was not found. Install Python 3.11 to 3.13 and run the same command again."
"$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' ||
    fail "$python 是 $("$python" -V 2>&1)，需要 3.11 至 3.13。请安装后运行：make run PYTHON=/路径/python3.11" \
        "$python is $("$python" -V 2>&1), but 3.11 to 3.13 is needed. Then: make run PYTHON=/path/to/python3.11"
"$python" -c 'import ensurepip, venv' 2>/dev/null ||
    fail "$python 缺少 venv 模块。Debian/Ubuntu 上请安装 python3-venv 软件包，再运行同一条命令。" \
        "$python lacks the venv module. On Debian or Ubuntu install the package python3-venv, then run the same command again."

if ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
    echo "准备虚拟环境 $venv / creating $venv"
    "$python" -m venv --clear "$venv"
fi
echo '安装依赖，首次约需两三分钟 / installing; the first time takes a few minutes'
"$venv/bin/python" -m pip install --disable-pip-version-check --constraint constraints.txt --editable "$what" ||
    fail '安装没有完成。请检查网络或 pip 的软件源设置，再运行同一条命令，已下载的部分会继续使用。' \
        'The install is incomplete. Check the network or the index pip uses, then run the same command again.'
