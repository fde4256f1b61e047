/* SPDX-License-Identifier: Apache-2.0 */
#ifndef EGOVCA_EGOVCA_H
#define EGOVCA_EGOVCA_H

/* All public headers of libegovca. */
#include <egovca/application.h>
#include <egovca/buffer.h>
#include <egovca/ca.h>
#include <egovca/cert.h>
#include <egovca/crl.h>
#include <egovca/error.h>
#include <egovca/home.h>
#include <egovca/key.h>
#include <egovca/profile.h>
#include <egovca/report.h>
#include <egovca/request.h>
#include <egovca/time.h>
#include <egovca/verify.h>
#include <egovca/version.h>

#endif
