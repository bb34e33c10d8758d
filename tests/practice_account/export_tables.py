# SPDX-License-Identifier: MIT
"""The COST_AND_USAGE_REPORT table of Data Exports: its columns and its properties.

Source: AWS Data Exports User Guide, "Cost and Usage Report (CUR) 2.0" table dictionary and
table configurations; column order as customers' exports list it.
"""
import re

CUR2 = "COST_AND_USAGE_REPORT"
FLAG = ("TRUE", "FALSE")
# property -> (valid values, default)
PROPERTIES = {
    "TIME_GRANULARITY": (("HOURLY", "DAILY", "MONTHLY"), "HOURLY"),
    "INCLUDE_RESOURCES": (FLAG, "FALSE"),
    "INCLUDE_SPLIT_COST_ALLOCATION_DATA": (FLAG, "FALSE"),
    "INCLUDE_MANUAL_DISCOUNT_COMPATIBILITY": (FLAG, "FALSE"),
    "INCLUDE_CAPACITY_RESERVATION_DATA": (FLAG, "FALSE"),
    "INCLUDE_IAM_PRINCIPAL_DATA": (FLAG, "FALSE"),
    "BILLING_VIEW_ARN": ((), ""),
}
# (prefix, columns); a column's own conditional group is in GROUPS.
COLUMNS = (
    ("bill_", "bill_type billing_entity billing_period_end_date billing_period_start_date "
     "invoice_id invoicing_entity payer_account_id payer_account_name"),
    ("capacity_reservation_", "capacity_reservation_arn capacity_reservation_status "
     "capacity_reservation_type"),
    ("", "cost_category discount discount_bundled_discount discount_total_discount "
     "identity_line_item_id identity_time_interval"),
    ("line_item_", "availability_zone blended_cost blended_rate currency_code iam_principal "
     "legal_entity line_item_description line_item_type net_unblended_cost net_unblended_rate "
     "normalization_factor normalized_usage_amount operation product_code resource_id tax_type "
     "unblended_cost unblended_rate usage_account_id usage_account_name usage_amount "
     "usage_end_date usage_start_date usage_type user_identifier"),
    ("pricing_", "currency lease_contract_length offering_class public_on_demand_cost "
     "public_on_demand_rate purchase_option rate_code rate_id term unit"),
    ("", "product"),
    ("product_", "comment fee_code fee_description from_location from_location_type "
     "from_region_code instance_family instance_type instancesku location location_type "
     "operation pricing_unit product_family region_code servicecode sku to_location "
     "to_location_type to_region_code usagetype"),
    ("reservation_", "amortized_upfront_cost_for_usage "
     "amortized_upfront_fee_for_billing_period availability_zone effective_cost end_time "
     "modification_status net_amortized_upfront_cost_for_usage "
     "net_amortized_upfront_fee_for_billing_period net_effective_cost "
     "net_recurring_fee_for_usage net_unused_amortized_upfront_fee_for_billing_period "
     "net_unused_recurring_fee net_upfront_value normalized_units_per_reservation "
     "number_of_reservations recurring_fee_for_usage reservation_a_r_n start_time "
     "subscription_id total_reserved_normalized_units total_reserved_units "
     "units_per_reservation unused_amortized_upfront_fee_for_billing_period "
     "unused_normalized_unit_quantity unused_quantity unused_recurring_fee upfront_value"),
    ("", "resource_tags"),
    ("savings_plan_", "amortized_upfront_commitment_for_billing_period end_time "
     "instance_type_family net_amortized_upfront_commitment_for_billing_period "
     "net_recurring_commitment_for_billing_period net_savings_plan_effective_cost "
     "offering_type payment_option purchase_term recurring_commitment_for_billing_period "
     "region savings_plan_a_r_n savings_plan_effective_cost savings_plan_rate start_time "
     "total_commitment_to_date used_commitment"),
    ("split_line_item_", "actual_usage net_split_cost net_unused_cost parent_resource_id "
     "public_on_demand_split_cost public_on_demand_unused_cost reserved_usage split_cost "
     "split_usage split_usage_ratio unused_cost"),
    ("", "tags"),
)
GROUPS = {
    "INCLUDE_RESOURCES": r"line_item_resource_id",
    "INCLUDE_SPLIT_COST_ALLOCATION_DATA": r"split_line_item_.*",
    "INCLUDE_CAPACITY_RESERVATION_DATA": r"capacity_reservation_.*",
    "INCLUDE_IAM_PRINCIPAL_DATA": r"line_item_iam_principal",
}
MAPS = {"cost_category", "discount", "product", "resource_tags", "tags"}
NUMBERS = re.compile(r"_(cost|rate|amount|factor|fee|usage|ratio|value|quantity|period|date"
                     r"|discount|units|reservations|reservation|commitment)$")


def complete(given):
    """All properties with their values; ValueError names what is wrong."""
    values = {name: default for name, (_, default) in PROPERTIES.items()}
    for name, value in (given or {}).items():
        if name not in PROPERTIES:
            raise ValueError(f"Invalid table property: {name}")
        valid = PROPERTIES[name][0]
        if valid and value not in valid:
            raise ValueError(f"Invalid value {value} of table property {name}")
        values[name] = value
    return values


def columns(given):
    """The column names that a query may select, in order."""
    values = complete(given)
    hidden = [pattern for name, pattern in GROUPS.items() if values[name] == "FALSE"]
    names = [prefix + name for prefix, listed in COLUMNS for name in listed.split()]
    return [name for name in names if not any(re.fullmatch(p, name) for p in hidden)]


def column_type(name):
    if name in MAPS:
        return "map<string,string>"
    if name.endswith(("_start_date", "_end_date")):
        return "timestamp"
    return "double" if NUMBERS.search(name) and not name.startswith("pricing_rate") else "string"


def schema(given):
    return [{"Name": name, "Type": column_type(name)} for name in columns(given)]


def described():
    """The table as ListTables shows it."""
    return {"TableName": CUR2, "Description": "Cost and Usage Report (CUR) 2.0",
            "TableProperties": [
                {"Name": name, "ValidValues": list(valid), "DefaultValue": default}
                for name, (valid, default) in PROPERTIES.items()]}


QUERY = re.compile(r"\s*SELECT\s+(?P<columns>.+?)\s+FROM\s+(?P<table>\w+)"
                   r"(\s+WHERE\s+.+?)?(\s+LIMIT\s+\d+)?\s*;?\s*", re.I | re.S)


def check_query(statement, configurations):
    """ValueError when Data Exports would refuse the SQL for these table configurations."""
    found = QUERY.fullmatch(statement)
    if not found:
        raise ValueError("Invalid QueryStatement")
    if found["table"].upper() != CUR2:
        raise ValueError(f"Invalid QueryStatement: table {found['table']} does not exist")
    known = set(columns(configurations.get(CUR2)))
    for item in found["columns"].split(","):
        column = re.fullmatch(r"\s*(\w+)(\.\w+)?(\s+AS\s+\w+)?\s*", item, re.I)
        if not column or column[1].lower() not in known or \
                (column[2] and column[1].lower() not in MAPS):
            raise ValueError(f"Invalid QueryStatement: column {item.strip()} is not valid")
