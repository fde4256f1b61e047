/* SPDX-License-Identifier: Apache-2.0 */
#include "base/time.h"

#include <stdio.h>
#include <string.h>

#define DAY 86400
#define YEAR_MAX 9999
#define TIME_MIN (-62135596800) /* 0001-01-01T00:00:00Z */
#define TIME_MAX 253402300799   /* 9999-12-31T23:59:59Z */

/* Days before 1970-01-01 in the proleptic Gregorian calendar, by the civil
 * algorithm that counts years from March. */
static int64_t days_from_civil(int64_t year, int month, int day)
{
	const int64_t y = month <= 2 ? year - 1 : year;
	const int64_t era = y / 400;
	const int64_t year_of_era = y - era * 400;
	const int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year
	       - 719468;
}

static bool is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int month_days(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

bool egov__time_join(const struct egov__date *d, egov_time *out)
{
	if (d->year < 1 || d->year > YEAR_MAX || d->month < 1 || d->month > 12 || d->day < 1
	    || d->day > month_days(d->year, d->month) || d->hour < 0 || d->hour > 23
	    || d->minute < 0 || d->minute > 59 || d->second < 0 || d->second > 59)
		return false;
	*out = days_from_civil(d->year, d->month, d->day) * DAY + d->hour * 3600 + d->minute * 60
	       + d->second;
	return true;
}

void egov__time_split(egov_time t, struct egov__date *d)
{
	const int64_t days = t / DAY - (t % DAY < 0);
	const int64_t rest = t % DAY + (t % DAY < 0 ? DAY : 0);
	const int64_t z = days + 719468;
	const int64_t era = z / 146097;
	const int64_t day_of_era = z - era * 146097;
	const int64_t year_of_era =
		(day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	const int64_t day_of_year =
		day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	const int64_t march_month = (5 * day_of_year + 2) / 153;

	d->day = (int)(day_of_year - (153 * march_month + 2) / 5 + 1);
	d->month = (int)(march_month < 10 ? march_month + 3 : march_month - 9);
	d->year = (int)(year_of_era + era * 400 + (d->month <= 2 ? 1 : 0));
	d->hour = (int)(rest / 3600);
	d->minute = (int)(rest / 60 % 60);
	d->second = (int)(rest % 60);
}

bool egov__digits(const char *text, size_t count, int *out)
{
	int value = 0;

	for (size_t i = 0; i < count; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		value = value * 10 + (text[i] - '0');
	}
	*out = value;
	return true;
}

enum egov_status egov_time_parse(const char *text, egov_time *out, struct egov_error *err)
{
	const size_t size = strlen(text);
	struct egov__date d = { 0 };
	bool fits = (size == 10 || size == 20) && egov__digits(text, 4, &d.year) && text[4] == '-'
	            && egov__digits(text + 5, 2, &d.month) && text[7] == '-'
	            && egov__digits(text + 8, 2, &d.day);

	if (fits && size == 20)
		fits = text[10] == 'T' && egov__digits(text + 11, 2, &d.hour) && text[13] == ':'
		       && egov__digits(text + 14, 2, &d.minute) && text[16] == ':'
		       && egov__digits(text + 17, 2, &d.second) && text[19] == 'Z';
	if (!fits || !egov__time_join(&d, out))
		return egov_error_set(err, EGOV_E_SYNTAX, "RFC 3339",
		                      "time \"%.40s\": want YYYY-MM-DDThh:mm:ssZ", text);
	return EGOV_OK;
}

static void put_digits(char *at, size_t count, int value)
{
	unsigned rest = (unsigned)value;

	for (; count-- > 0; rest /= 10)
		at[count] = (char)('0' + rest % 10);
}

void egov_time_format(egov_time t, char text[EGOV_TIME_TEXT])
{
	struct egov__date d;

	egov__time_split(t, &d);
	memcpy(text, "0000-00-00T00:00:00Z", EGOV_TIME_TEXT);
	put_digits(text, 4, d.year);
	put_digits(text + 5, 2, d.month);
	put_digits(text + 8, 2, d.day);
	put_digits(text + 11, 2, d.hour);
	put_digits(text + 14, 2, d.minute);
	put_digits(text + 17, 2, d.second);
}

enum egov_status egov_duration_parse(const char *text, struct egov_duration *out,
                                     struct egov_error *err)
{
	static const struct {
		char unit;
		int64_t seconds;
	} units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', DAY }, { 'w', 7 * DAY } };
	const size_t digits = strspn(text, "0123456789");
	int number;

	if (digits == 0 || digits > 9 || strlen(text) != digits + 1
	    || !egov__digits(text, digits, &number) || number == 0)
		goto bad;
	if (text[digits] == 'y') {
		*out = (struct egov_duration){ .years = number };
		return EGOV_OK;
	}
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (units[i].unit == text[digits]) {
			*out = (struct egov_duration){ .seconds = number * units[i].seconds };
			return EGOV_OK;
		}
bad:
	return egov_error_set(err, EGOV_E_SYNTAX, NULL,
	                      "duration \"%.40s\": want a number and one of s m h d w y, as in 30d",
	                      text);
}

enum egov_status egov_time_add(egov_time t, struct egov_duration d, egov_time *out,
                               struct egov_error *err)
{
	struct egov__date date;
	egov_time sum;

	if (t < TIME_MIN || t > TIME_MAX || d.years > YEAR_MAX)
		goto late;
	egov__time_split(t, &date);
	date.year += d.years;
	if (date.month == 2 && date.day == 29 && !is_leap(date.year))
		date.day = 28;
	if (!egov__time_join(&date, &sum) || d.seconds > TIME_MAX - sum)
		goto late;
	*out = sum + d.seconds;
	return EGOV_OK;
late:
	return egov_error_set(err, EGOV_E_LIMIT, NULL, "the time lies past the year 9999");
}
