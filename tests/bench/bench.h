/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_BENCH_BENCH_H
#define TESTS_BENCH_BENCH_H

#include "bench/measure.h"

/* Commands of the one program behind tests/bench/run.sh; each returns an exit status. */
int bench_pair(int argc, char **argv);          /* two programs in turn */
int bench_raw(int argc, char **argv);           /* the operations that a batch cannot do without */
int bench_prepare(int argc, char **argv);       /* requests, approved applications, lists */
int bench_fill(int argc, char **argv);          /* a ledger of many certificates */
int bench_journal(int argc, char **argv);       /* the journal beside a signature */
int bench_keys(int argc, char **argv);          /* a batch whose keys are given */
int bench_revoked(int argc, char **argv);       /* a ledger of many revocations */
int bench_rows(int argc, char **argv);          /* bare rows of what a list revokes */
int bench_list(int argc, char **argv);          /* a revocation list made of it */
int bench_pass(int argc, char **argv);          /* one pass over its bytes */
int bench_read_signed(int argc, char **argv);
int bench_memory(int argc, char **argv);        /* the peak of one program above another */
int bench_chain(int argc, char **argv);         /* verification beside bare signature checks */

#endif
