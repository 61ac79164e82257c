import { groupsOfPhone } from "./phone-groups";

/** A number in groups. The gaps are drawn, not written: copied or searched, it is the number itself. */
export function PhoneNumber({ number }: { number: string }) {
  return (
    <span className="num ltr whitespace-nowrap">
      {groupsOfPhone(number).map((group, index) => (
        <span key={index} className="not-last:me-[0.3em]">
          {group}
        </span>
      ))}
    </span>
  );
}
