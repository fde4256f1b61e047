/* SPDX-License-Identifier: Apache-2.0 */
#ifndef EGOVCA_EXPORT_H
#define EGOVCA_EXPORT_H

/* What the shared library exports; everything else is hidden. */
#define EGOV_API __attribute__((visibility("default")))

/* A status that nobody looks at is a defect. */
#define EGOV_MUST_CHECK __attribute__((warn_unused_result))

#endif
