public import Delivery

/// What `Delivery` calls a notice: where the notices of `Returns` are at hand too, the name alone would be either.
public typealias LocalNotice = DeliveryNotice
