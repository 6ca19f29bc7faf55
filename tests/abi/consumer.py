# SPDX-License-Identifier: LGPL-2.1-or-later
"""consumer.py POLICY: a program in another language, which knows what pxeboot.h says and has the installed library alone.

Says the loader of a PC with 64-bit UEFI, or where the first fault of the policy is.
"""
import ctypes as c
import sys

FACT_ARCH = 1


class Diagnostic(c.Structure):
    _fields_ = [("severity", c.c_int), ("id", c.c_char_p), ("file", c.c_char_p), ("line", c.c_uint), ("column", c.c_uint),
                ("text", c.c_char_p)]


class Rule(c.Structure):
    _fields_ = [("kind", c.c_char_p), ("name", c.c_char_p), ("file", c.c_char_p), ("line", c.c_uint)]


class Decision(c.Structure):
    _fields_ = [("stage", c.c_int), ("kind", c.c_int), ("arch", c.c_int), ("http", c.c_bool), ("file", c.c_char_p),
                ("boot", c.c_char_p), ("rule", Rule), ("source", Rule), ("reason", c.c_char_p), ("raspberry_pi", c.c_bool)]


def declare(library):
    library.pxeboot_diagnostics_get.restype = c.POINTER(Diagnostic)
    library.pxeboot_diagnostics_get.argtypes = [c.c_void_p, c.c_size_t]
    library.pxeboot_severity_name.restype = c.c_char_p
    library.pxeboot_policy_load.argtypes = [c.c_char_p, c.c_void_p, c.POINTER(c.c_void_p)]
    library.pxeboot_client_set.argtypes = [c.c_void_p, c.c_int, c.c_char_p, c.c_void_p]
    library.pxeboot_stage_of.argtypes = [c.c_void_p, c.c_void_p]
    library.pxeboot_decide.argtypes = [c.c_void_p, c.c_void_p, c.c_int, c.c_void_p, c.POINTER(Decision)]
    library.pxeboot_decide.restype = None
    for function in library.pxeboot_policy_unref, library.pxeboot_client_unref:
        function.argtypes = [c.c_void_p]
        function.restype = c.c_void_p
    library.pxeboot_diagnostics_free.argtypes = [c.c_void_p]
    return library


def main(path):
    library = declare(c.CDLL("libpxeboot.so.0"))
    findings, policy, client, decision = c.c_void_p(), c.c_void_p(), c.c_void_p(), Decision()
    if library.pxeboot_diagnostics_new(c.byref(findings)) < 0 or library.pxeboot_client_new(c.byref(client)) < 0:
        return 3
    if library.pxeboot_policy_load(path.encode(), findings, c.byref(policy)) < 0:
        first = library.pxeboot_diagnostics_get(findings, 0).contents
        print("%s:%d: %s" % (first.file.decode(), first.line, library.pxeboot_severity_name(first.severity).decode()))
        return 1
    library.pxeboot_client_set(client, FACT_ARCH, b"x64-uefi", None)
    library.pxeboot_decide(policy, client, library.pxeboot_stage_of(policy, client), None, c.byref(decision))
    print(decision.file.decode())
    library.pxeboot_client_unref(client)
    library.pxeboot_policy_unref(policy)
    library.pxeboot_diagnostics_free(findings)
    return 0


sys.exit(main(sys.argv[1]))
