/* SPDX-License-Identifier: Apache-2.0 */
#ifndef EGOVCA_EGOVCA_H
#define EGOVCA_EGOVCA_H

/* Everything that the library offers. Each of these headers can be used alone. */
#include <egovca/application.h>
#include <egovca/archive.h>
#include <egovca/buffer.h>
#include <egovca/ca.h>
#include <egovca/ceremony.h>
#include <egovca/cert.h>
#include <egovca/crl.h>
#include <egovca/delivery.h>
#include <egovca/error.h>
#include <egovca/export.h>
#include <egovca/file.h>
#include <egovca/home.h>
#include <egovca/key.h>
#include <egovca/lint.h>
#include <egovca/operator.h>
#include <egovca/profile.h>
#include <egovca/progress.h>
#include <egovca/record.h>
#include <egovca/report.h>
#include <egovca/request.h>
#include <egovca/restore.h>
#include <egovca/retention.h>
#include <egovca/time.h>
#include <egovca/verify.h>
#include <egovca/version.h>

#endif
