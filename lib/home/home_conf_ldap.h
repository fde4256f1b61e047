/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HOME_HOME_CONF_LDAP_H
#define HOME_HOME_CONF_LDAP_H

#include "home/home_conf.h"

/* What [publish] says of a directory. */
EGOV_MUST_CHECK enum egov_status egov__home_conf_ldap(struct egov__conf *text,
                                                      struct egov__home_ldap *ldap,
                                                      struct egov_error *err);

#endif
