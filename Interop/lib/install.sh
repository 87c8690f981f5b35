# Installs Debian packages that are missing. To be sourced.

# What a build links against, and what the scripts in peers/ talk to. A name after the colon is a program or a file that
# shows that the package is there; without one, dpkg is asked.
build_packages=(libssl-dev:/usr/include/openssl/ssl.h libsasl2-dev:/usr/include/sasl/sasl.h libsasl2-modules librocksdb-dev:/usr/include/rocksdb/c.h zlib1g-dev:/usr/include/zlib.h
    libidn2-dev:/usr/include/idn2.h)
peers_packages=(
    gsasl:gsasl
    curl:curl python3:python3 python3-pip:pip3 openssl:openssl swaks:swaks libnet-ssleay-perl mutt:mutt isync:mbsync fetchmail:fetchmail mpop:mpop
    postfix:/usr/lib/postfix/sbin/master neomutt:neomutt tmux:tmux offlineimap3:offlineimap getmail6:getmail alpine:alpine aerc:aerc
    thunderbird:/usr/lib/thunderbird/thunderbird xvfb:Xvfb msmtp:msmtp testssl.sh:testssl nsd:nsd unbound:unbound
    krb5-kdc:/usr/sbin/krb5kdc krb5-admin-server:/usr/sbin/kadmin.local krb5-user:kinit libsasl2-modules-gssapi-mit
    haproxy:haproxy ldnsutils:ldns-signzone libgnutls-dane0 libidn12 libnsl2 libevent-2.1-7
)
# Mail servers that Debian does not let stand beside Postfix: downloaded only, and unpacked into a root of their own by
# second_root.py. What they need of libraries is in the list above.
roots_packages=(exim4-base exim4-daemon-light opensmtpd)
roots_folder=.build/peers-packages
# Clients that Debian does not have, from Python's own index, at the versions that the scripts were written with. They go
# into a folder of the build, where with_server.py lets the scripts find them.
python_packages=(imapclient:4.1.0 aioimaplib:2.0.3)
python_folder=.build/peers-python
# What the benchmarks in bench/ compare with.
bench_packages=(
    gcc:gcc pkg-config:pkg-config libgmime-3.0-dev:/usr/include/gmime-3.0/gmime/gmime.h dovecot-imapd:/usr/lib/dovecot/imap
    strace:strace
)

# is_there PACKAGE:FILE, PACKAGE:PROGRAM or PACKAGE
is_there() {
    case $1 in
        *:/*) [ -e "${1#*:}" ] ;;
        *:*) command -v "${1#*:}" >/dev/null ;;
        *) dpkg -s "$1" >/dev/null 2>&1 ;;
    esac
}

# install_missing build|peers|bench: does nothing, and needs neither network nor rights, if all is there.
install_missing() {
    local -n packages=$1_packages
    local package missing=()
    for package in "${packages[@]}"; do
        is_there "$package" || missing+=("${package%%:*}")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    echo "Installing: ${missing[*]}"
    local as_root=()
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null || { echo "Install these packages first, or run this as root: ${missing[*]}" >&2; return 1; }
        as_root=(sudo)
    fi
    # Peers run as private instances; no package may start a service of the system while it is installed.
    local policy=/usr/sbin/policy-rc.d made_policy=
    if [ ! -e $policy ]; then
        printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee $policy >/dev/null
        "${as_root[@]}" chmod 755 $policy
        made_policy=1
    fi
    local status=0
    apt_install "${missing[@]}" || { "${as_root[@]}" apt-get update -q && apt_install "${missing[@]}"; } || {
        # What can be had is installed all the same; what needs the rest fails by itself.
        for package in "${missing[@]}"; do
            apt_install "$package" || { echo "Cannot be installed: $package" >&2; status=1; }
        done
    }
    [ -z "$made_policy" ] || "${as_root[@]}" rm -f $policy
    return $status
}

# With what install_missing found out.
apt_install() {
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@"
}

# install_python: the same for what Python's index has.
install_python() {
    local package missing=()
    for package in "${python_packages[@]}"; do
        [ -d "$python_folder/${package%:*}-${package#*:}.dist-info" ] || missing+=("${package%:*}==${package#*:}")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    echo "Installing: ${missing[*]}"
    python3 -m pip install -q --no-deps --upgrade --root-user-action ignore --disable-pip-version-check \
        --target "$python_folder" "${missing[@]}"
}

# download_roots: the packages for second roots, as files.
download_roots() {
    local package missing=()
    for package in "${roots_packages[@]}"; do
        compgen -G "$roots_folder/${package}_*.deb" >/dev/null || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    echo "Downloading: ${missing[*]}"
    mkdir -p "$roots_folder"
    (cd "$roots_folder" && apt-get download -q "${missing[@]}")
}
