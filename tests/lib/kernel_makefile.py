# SPDX-License-Identifier: GPL-2.0-or-later
"""The lines of a kernel's Makefile that the hook goes by, for trees that hold no more."""

MAKEFILE = r"""
no-dot-config-targets := $(clean-targets) \
		cscope help% \
		outputmakefile
no-sync-config-targets := $(no-dot-config-targets) %install

%src-pkg: FORCE
	$(Q)$(MAKE) -f $(srctree)/scripts/Makefile.package $@
%pkg: include/config/kernel.release FORCE
	$(Q)$(MAKE) -f $(srctree)/scripts/Makefile.package $@

# Brief documentation of the typical targets used

PHONY += help
help:
	@echo  'Kernel packaging:'
	@$(MAKE) -f $(srctree)/scripts/Makefile.package help
	@echo  ''
	@echo  'Documentation targets:'
	@$(MAKE) -f $(srctree)/Documentation/Makefile dochelp

PHONY += FORCE
FORCE:
"""
