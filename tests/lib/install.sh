# tests/lib/install.sh: installs what is missing of tests/packages.
#
#   . tests/lib/install.sh; install_missing build demo
#
# Root, or sudo; apt-get update only when a package is not to be had without.
# Sourced with $root, the repository. Says nothing when nothing is missing.

# What of the groups "$@" is neither installed nor there as a command.
packages_missing() {
	while read -r group package command _; do
		case " $* " in
		*" $group "*) ;;
		*) continue ;;
		esac
		if [ -n "$command" ] && command -v "$command" >/dev/null; then
			continue
		fi
		dpkg-query -W -f '${Status}\n' "$package" 2>/dev/null |
			grep -q '^install ok installed$' || echo "$package"
	done <"$root/tests/packages"
}

as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		env DEBIAN_FRONTEND=noninteractive "$@"
	else
		sudo env DEBIAN_FRONTEND=noninteractive "$@"
	fi
}

apt_install() {
	as_root apt-get -qq -y --no-install-recommends install "$@"
}

install_missing() {
	if ! command -v dpkg-query >/dev/null; then
		echo "This is not Debian: install by hand what tests/packages" \
			"lists; going on without looking." >&2
		return 0
	fi
	missing=$(packages_missing "$@" | tr '\n' ' ')
	[ -n "$missing" ] || return 0
	if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null; then
		echo "These packages are missing, and neither root nor sudo is" \
			"at hand to install them: $missing" >&2
		return 1
	fi
	echo "Installing: $missing" >&2
	install_log=$(mktemp)
	# Unquoted: a list of names.
	# shellcheck disable=SC2086
	if apt_install $missing >"$install_log" 2>&1 ||
		{ as_root apt-get -qq update >>"$install_log" 2>&1 &&
			apt_install $missing >>"$install_log" 2>&1; }; then
		rm -f "$install_log"
		return 0
	fi
	echo "apt-get could not install: $missing" >&2
	tail -n 20 "$install_log" >&2
	rm -f "$install_log"
	return 1
}
